"""The usage classes: the disjoint kinds of quantity a provider bills for. The one table of them.

Classes of one span never overlap: a token, image, search or request is counted in exactly one class,
so a cost is the plain sum over classes of quantity x price.

| class | unit | what it holds |
|---|---|---|
| input_uncached | token | prompt tokens billed at the plain input price: neither cached, audio nor image |
| cache_read | token | prompt tokens read from the provider's cache |
| cache_write_5m | token | prompt tokens written to the provider's cache for five minutes, or for its default time |
| cache_write_1h | token | prompt tokens written to the provider's cache for one hour |
| output | token | generated text tokens, reasoning included |
| audio_in | token | audio prompt tokens that were not cached |
| audio_cache_read | token | audio prompt tokens read from the provider's cache |
| audio_out | token | generated audio tokens |
| image_in | token | image prompt tokens, where the provider counts them apart |
| image_out | token | generated image tokens |
| images | image | generated images, where the provider bills by the image |
| search_units | search | searches: a rerank search unit, or a web search run by the provider |
| requests | request | requests, where the provider bills a fee for each |
"""

from enum import StrEnum


class UsageClass(StrEnum):
    """One disjoint kind of billed quantity; the table above names each unit.

    >>> UsageClass("cache_read").name
    'CACHE_READ'
    """

    INPUT_UNCACHED = "input_uncached"
    CACHE_READ = "cache_read"
    CACHE_WRITE_5M = "cache_write_5m"
    CACHE_WRITE_1H = "cache_write_1h"
    OUTPUT = "output"
    AUDIO_IN = "audio_in"
    AUDIO_CACHE_READ = "audio_cache_read"
    AUDIO_OUT = "audio_out"
    IMAGE_IN = "image_in"
    IMAGE_OUT = "image_out"
    IMAGES = "images"
    SEARCH_UNITS = "search_units"
    REQUESTS = "requests"
