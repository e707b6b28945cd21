namespace Cluster.Kernels.Data;

/// <summary>Where one image's planar pixels are; many images share one block, so that a view costs no copy.</summary>
/// <param name="Label">Class index; <see cref="Unlabelled"/> if there is none.</param>
/// <param name="File">The picture's file as the data names it; null for an image of a larger file.</param>
/// <param name="Again">Reads its planar pixels from that file once more, resized and cropped otherwise; null likewise.</param>
/// <param name="Target">Its boxes, mask or text; null without.</param>
internal readonly record struct ImageRef(
    SpillBlock Block,
    int Offset,
    int Label,
    string? File = null,
    Func<PictureGeometry, byte[]>? Again = null,
    PictureLabel? Target = null)
{
    public const int Unlabelled = -1;
}
