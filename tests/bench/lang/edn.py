# SPDX-License-Identifier: MIT
import json

with open("graph.json", encoding="utf-8") as text:
    actions = json.load(text)
print(len(actions), sum(len(action["needs"]) for action in actions))
