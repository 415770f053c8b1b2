"""SciPy's reading and writing of images, which was Pillow's, and what Pillow itself had.

Source: what SciPy 1.1 and Pillow 6 did.
"""
from typing import Any, Callable, Optional, Union

_FILTERS = {'nearest': 'NEAREST', 'lanczos': 'LANCZOS', 'bilinear': 'BILINEAR',
            'bicubic': 'BICUBIC', 'cubic': 'BICUBIC'}


def _scaled(data: Any, cmin: Optional[float] = None, cmax: Optional[float] = None, high: int = 255,
            low: int = 0) -> Any:
    """Numbers of any kind scaled to uint8; uint8 stays."""
    import numpy as np
    data = np.asarray(data)
    if data.dtype == np.uint8:
        return data
    cmin = data.min() if cmin is None else cmin
    cmax = data.max() if cmax is None else cmax
    scale = float(high - low) / ((cmax - cmin) or 1)
    return (((data - cmin) * scale + low).clip(low, high) + 0.5).astype(np.uint8)


def _image(arr: Any, high: int = 255, low: int = 0, cmin: Optional[float] = None,
           cmax: Optional[float] = None, mode: Optional[str] = None, **_: Any) -> Any:
    """A picture of an array [rows, columns] or [rows, columns, 3 or 4]."""
    import numpy as np
    from PIL import Image
    data = np.asarray(arr)
    if data.ndim == 3 and data.shape[2] not in (3, 4):  # the colours come first
        axis = next(axis for axis in (0, 1, 2) if data.shape[axis] in (3, 4))
        data = np.moveaxis(data, axis, 2)
    if mode == 'F':
        return Image.fromarray(data.astype(np.float32))
    image = Image.fromarray(_scaled(data, cmin, cmax, high, low))
    return image if mode is None else image.convert(mode)


def imread() -> Callable[..., Any]:
    """scipy.misc.imread: an array of a picture's file."""
    import numpy as np
    from PIL import Image

    def imread(name: Any, flatten: bool = False, mode: Optional[str] = None) -> Any:
        with Image.open(name) as image:
            if mode is not None:
                image = image.convert(mode)
            elif image.mode == 'P':
                image = image.convert('RGBA' if 'transparency' in image.info else 'RGB')
            if flatten:
                image = image.convert('F')
            elif image.mode == '1':
                image = image.convert('L')
            return np.array(image)
    return imread


def imresize() -> Callable[..., Any]:
    """scipy.misc.imresize: uint8; size is per cent, a factor, or (rows, columns)."""
    import numpy as np
    from PIL import Image

    def imresize(arr: Any, size: Union[int, float, tuple], interp: str = 'bilinear',
                 mode: Optional[str] = None) -> Any:
        image = _image(arr, mode=mode)
        if np.issubdtype(type(size), np.signedinteger):
            new = tuple((np.array(image.size) * size / 100.0).astype(int))
        elif np.issubdtype(type(size), np.floating):
            new = tuple((np.array(image.size) * size).astype(int))
        else:
            new = size[1], size[0]
        return np.array(image.resize(new, resample=getattr(Image, _FILTERS[interp])))
    return imresize


def imsave() -> Callable[..., None]:
    """scipy.misc.imsave."""
    def imsave(name: Any, arr: Any, format: Optional[str] = None) -> None:
        _image(arr).save(name, *([] if format is None else [format]))
    return imsave


def toimage() -> Callable[..., Any]:
    """scipy.misc.toimage."""
    return _image


def bytescale() -> Callable[..., Any]:
    """scipy.misc.bytescale."""
    return _scaled


def font_getsize() -> Callable[..., Any]:
    """The width and height of a text in a font."""
    def getsize(self: Any, text: str, *args: Any, **kwargs: Any) -> Any:
        left, _, right, bottom = self.getbbox(text, *args, **kwargs)
        return right - min(left, 0), bottom
    return getsize


def draw_textsize() -> Callable[..., Any]:
    """The width and height of a text that is drawn."""
    def textsize(self: Any, text: str, font: Any = None, *args: Any, **kwargs: Any) -> Any:
        left, _, right, bottom = self.textbbox((0, 0), text, font, *args, **kwargs)
        return right - min(left, 0), bottom
    return textsize
