"""Turn web guides into draft articles without their advertising.

markdown-it-py and selectolax read the guides; this package only decides what a draft may contain. trafilatura
lost the numbers of steps, kept banners, and installs 60 MB; markdownify, on BeautifulSoup, failed on deep
pages, read unclosed list items as one item, and wrote Markdown that articles do not allow.
"""
