namespace Cluster.Data;

/// <summary>What is known of an image besides its class, in pixels of the network's input.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Count">See <see cref="PictureLabels.Count"/>.</param>
/// <param name="Numbers">Rows of boxes, or the places of a text's characters.</param>
/// <param name="Mask">A class for each pixel; null if it is no mask.</param>
internal sealed record PictureLabel(PictureLabelKind Kind, int Count, float[] Numbers, SpillBlock? Mask)
{
    /// <summary>Pixels of this class are not judged.</summary>
    public const byte Ignored = 255;

    /// <summary>The labels of a picture as it is resized and cropped.</summary>
    /// <param name="width">Of the picture in its file.</param>
    /// <param name="height">Of the picture in its file.</param>
    /// <exception cref="KernelException">Its mask cannot be read, or has another size.</exception>
    public static PictureLabel? Of(ListedImage image, int width, int height, DataReadOptions options, string source)
    {
        if (image.Labels is not { } labels)
        {
            return null;
        }

        var placed = options.Geometry?.Place(width, height) ?? new PicturePlace(width, height, width, height, 0, 0, width, height);
#pragma warning disable CA2000 // Its memory is freed when no image refers to it.
        return new PictureLabel(
            labels.Kind,
            labels.Count,
            labels.Kind == PictureLabelKind.Text
                ? [.. labels.Text.Select(place => (float)place)]
                : [.. labels.Boxes.SelectMany(box => Row(box, placed))],
            labels.Kind == PictureLabelKind.Mask ? MaskOf(labels.File!, placed, options, source) : null);
#pragma warning restore CA2000
    }

    private static float[] Row(ListedBox box, PicturePlace placed)
    {
        var (width, height) = box.IsShare ? (placed.SourceWidth, placed.SourceHeight) : (1, 1);
        return
        [
            placed.X(box.Left * width), placed.Y(box.Top * height), placed.X(box.Right * width), placed.Y(box.Bottom * height),
            box.Class, box.IsCrowd ? 1 : 0, box.Category,
        ];
    }

    private static SpillBlock MaskOf(string path, PicturePlace placed, DataReadOptions options, string source)
    {
        string shown = options.Access.Shown(path);
        byte[] file = DataFile.ReadAll(path, source, FolderReader.MaximumFileBytes, options.Access);
        var (width, height, classes) = IndexedPng.Decode(file, shown);
        return (width, height) == (placed.SourceWidth, placed.SourceHeight)
            ? options.Pixels.Keep(placed.Nearest(classes, Ignored))
            : throw new KernelException(
                $"The mask '{shown}' is {width}x{height} where its picture is {placed.SourceWidth}x{placed.SourceHeight} (width x height); "
                + "give masks of their pictures' sizes.");
    }
}
