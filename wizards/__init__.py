from . import fiken_connect
