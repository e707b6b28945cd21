namespace Cluster.Evaluation.Setup;

/// <summary>How classifiers' pipelines usually bring pictures to the network's input.</summary>
internal static class UsualGeometries
{
    // Of the input in the resized shorter side: 224 of 256 (torchvision), of 248 and of 224 (timm's crop_pct).
    private static readonly double[] Crops = [0.875, 0.9, 1.0];

    /// <summary>The usual ones for pictures that are resized or cropped, without what is given.</summary>
    /// <param name="given">The user's; null: pictures have the input's size, and nothing tells what they were cut from.</param>
    /// <param name="height">Of the network's input, pixels.</param>
    /// <param name="width">Likewise.</param>
    public static IEnumerable<PictureGeometry> Beside(PictureGeometry? given, int height, int width) =>
        given is null ? [] : Enum.GetValues<ResizeFilter>().SelectMany(filter => Of(height, width, filter)).Where(one => one != given);

    private static IEnumerable<PictureGeometry> Of(int height, int width, ResizeFilter filter)
    {
        var input = new PictureSize(height, width);
        if (height == width)
        {
            foreach (double crop in Crops)
            {
                yield return new PictureGeometry((int)(width / crop), null, input, filter);
            }
        }

        yield return new PictureGeometry(null, input, null, filter);
    }
}
