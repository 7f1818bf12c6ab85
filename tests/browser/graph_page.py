#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Looks at a page of `ronin graph --html` as a person would, in Chromium.

    tests/browser/graph_page.py PAGE [SCREENSHOT]

Fails if the page logs an error, asks for anything from a network, or does not
do what a click, a search or a tab should do. The page is that of the project
which tests/build/query-output/04-page.sh makes.
"""
import sys

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

page, screenshot = sys.argv[1], (sys.argv + [None])[2]

options = webdriver.ChromeOptions()
for word in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage",
             "window-size=1280,800", "force-color-profile=srgb"):
    options.add_argument("--" + word)
options.set_capability("goog:loggingPrefs",
                       {"browser": "ALL", "performance": "ALL"})
service = Service("/usr/bin/chromedriver")
try:
    browser = webdriver.Chrome(service=service, options=options)
except TypeError:  # an older selenium
    browser = webdriver.Chrome(executable_path="/usr/bin/chromedriver",
                               options=options)


def text(element):
    return browser.find_element(By.ID, element).text


def paths():
    return [node.get_attribute("data-path")
            for node in browser.find_elements(By.CSS_SELECTOR, ".node")]


def check(truth, what):
    if not truth:
        browser.save_screenshot("failed.png")
        raise SystemExit("graph_page: " + what)


def click_node(path):
    for node in browser.find_elements(By.CSS_SELECTOR, ".node"):
        if node.get_attribute("data-path") == path:
            node.click()
            return
    check(False, "no node " + path)


def press(*keys):
    ActionChains(browser).send_keys(*keys).perform()


try:
    browser.get("file://" + page)
    hostile = "odd</script><b>\"&'"
    check(sorted(paths()) == sorted(
        [":all", "bin/app", "obj/a.o", "obj/b.o", "src/a.c", "src/b.c",
         hostile]), "nodes: %s" % paths())
    check(len(browser.find_elements(By.TAG_NAME, "b")) == 0,
          "a name became markup")
    if screenshot:
        browser.save_screenshot(screenshot)

    # A click shows the command, why it ran, and what it printed.
    click_node("obj/a.o")
    check(text("picked") == "obj/a.o", "picked: " + text("picked"))
    check(text("command").startswith("sh -c"), "command: " + text("command"))
    check("never-built" in text("why"), "why: " + text("why"))
    check("a warning" in text("log"), "log: " + text("log"))

    # What needs it, alone.
    browser.find_element(By.ID, "focus-users").click()
    check(sorted(paths()) == sorted([":all", "bin/app", "obj/a.o", hostile]),
          "users: %s" % paths())
    browser.find_element(By.ID, "whole").click()
    check(len(paths()) == 7, "the whole graph again: %s" % paths())

    # Search goes over names and commands.
    field = browser.find_element(By.ID, "search")
    field.send_keys("b.o")
    hits = [hit.text for hit in browser.find_elements(By.CLASS_NAME, "hit")]
    check("obj/b.o" in hits and "src/a.c" not in hits, "hits: %s" % hits)
    browser.find_elements(By.CLASS_NAME, "hit")[hits.index("obj/b.o")].click()
    check(text("picked") == "obj/b.o", "found: " + text("picked"))

    # Keys: to what it needs, back, and away; a search is taken by Enter.
    press(Keys.ARROW_LEFT)
    check(text("picked") == "src/b.c", "left: " + text("picked"))
    press(Keys.ARROW_RIGHT)
    check(text("picked") == "obj/b.o", "right: " + text("picked"))
    near = browser.find_elements(By.CSS_SELECTOR, ".node.near")
    check(sorted(n.get_attribute("data-path") for n in near) ==
          ["bin/app", "obj/b.o", "src/b.c"], "what it touches stands out")
    press(Keys.ESCAPE)
    check(not browser.find_elements(By.ID, "picked"), "Escape goes back")
    check("critical path of run 1" in text("side"), "overview: " + text("side"))
    press("/", "a.c", Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ENTER)
    check(text("picked") == "src/a.c", "Enter takes: " + text("picked"))

    # A folder is shut by its name above the panel, and opened by a key.
    browser.find_element(By.LINK_TEXT, "src").click()
    check("src" in paths() and "src/a.c" not in paths(), "shut: %s" % paths())
    overlap = browser.execute_script("""
        return [...document.querySelectorAll(".node")].filter((n) =>
            n.querySelector("text").getBBox().width + 12 >
            n.querySelector("rect").getBBox().width).length""")
    check(overlap == 0, "%d labels are wider than their boxes" % overlap)
    press(Keys.ENTER)
    check("src/a.c" in paths(), "opened: %s" % paths())

    # The timeline has a bar for each action that ran, some of them critical.
    press("t")
    bars = browser.find_elements(By.CLASS_NAME, "lane")
    check(len(bars) == 4, "%d bars" % len(bars))
    hot = [bar.get_attribute("data-path")
           for bar in browser.find_elements(By.CSS_SELECTOR, ".lane.hot")]
    check("bin/app" in hot and hostile in hot and len(hot) == 3,
          "critical: %s" % hot)
    press("+")
    WebDriverWait(browser, 20).until(
        lambda b: b.find_elements(By.ID, "all-time"))
    press("0")
    check(not browser.find_elements(By.ID, "all-time"), "all of it again")
    if screenshot:
        browser.save_screenshot(screenshot.replace(".png", "-time.png"))

    errors = [entry["message"] for entry in browser.get_log("browser")
              if entry["level"] == "SEVERE"]
    check(not errors, "the page logs %s" % errors)
    asked = [entry["message"] for entry in browser.get_log("performance")
             if '"Network.requestWillBeSent"' in entry["message"]
             and "file://" not in entry["message"]]
    check(not asked, "the page asks a network: %s" % asked[:1])
finally:
    browser.quit()
print("graph_page: all as it should be")
