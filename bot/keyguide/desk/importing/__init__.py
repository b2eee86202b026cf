"""Turn web guides into draft articles without their advertising.

Two libraries read the guides. markdown-it-py converts Markdown to HTML, and selectolax parses any HTML as a
browser does and finds its elements by CSS selector. This package only decides what a draft may contain.

Other libraries were tried on the same guides. trafilatura lost the numbers of steps, kept banners, and
installs 60 MB. markdownify, on top of BeautifulSoup, raised RecursionError on deep pages, read unclosed list
items as one item, and wrote Markdown that articles do not allow.
"""
