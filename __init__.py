from . import controllers, models, resources, wizards
from .hooks import post_init_hook, uninstall_hook
