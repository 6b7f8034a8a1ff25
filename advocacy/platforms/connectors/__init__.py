"""The platforms, one a file. A new file here is a new platform: nothing else lists them."""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
