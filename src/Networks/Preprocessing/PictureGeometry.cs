namespace Cluster.Networks.Preprocessing;

/// <summary>
/// Resizing and central cropping of a decoded picture, before its pixels become numbers. Gives the same bytes as torchvision's
/// <c>Resize</c> and <c>CenterCrop</c> on a Pillow image.
/// </summary>
/// <param name="Shorter">
/// The new length of the shorter side; the longer one keeps the ratio, rounded down (<c>Resize(256)</c>); null: see
/// <paramref name="Exact"/>.
/// </param>
/// <param name="Exact">
/// Both sides, ignoring the ratio (<c>Resize((256, 256))</c>); null with a null <paramref name="Shorter"/>: not resized.
/// </param>
/// <param name="Crop">The central part to keep; null: all of it.</param>
/// <param name="Filter">Filter for resizing.</param>
public sealed record PictureGeometry(int? Shorter, PictureSize? Exact, PictureSize? Crop, ResizeFilter Filter = ResizeFilter.Bilinear)
{
    /// <summary>A letterbox's usual grey, as in Ultralytics' networks.</summary>
    public const byte UsualFill = 114;

    /// <summary>
    /// The whole picture in the middle of this size, at its ratio, with <see cref="Fill"/> around it; null: see the others, which must then
    /// not be given. Sizes and places are rounded as Ultralytics' LetterBox does.
    /// </summary>
    public PictureSize? Letterbox { get; init; }

    /// <summary>Every channel of a letterbox's margin.</summary>
    public byte Fill { get; init; } = UsualFill;

    /// <summary>Whether pictures are resized at all.</summary>
    public bool Resizes => Shorter is not null || Exact is not null || Letterbox is not null;
}

/// <summary>The filter for resizing a picture; Pillow's filters of the same names.</summary>
public enum ResizeFilter
{
    /// <summary>A triangle, one pixel of the smaller picture to either side.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = -0.5, two pixels to either side.</summary>
    Bicubic,
}
