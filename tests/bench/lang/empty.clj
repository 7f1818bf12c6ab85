; SPDX-License-Identifier: MIT
