namespace Cluster.DataSpecs.Labels;

/// <summary>What is known of a picture besides its class.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Count">Of boxes: categories, 0 if not said; of texts: characters of the alphabet; else 0.</param>
public sealed record PictureLabels(PictureLabelKind Kind, int Count)
{
    /// <summary>The objects, if they are not in <see cref="File"/>.</summary>
    public IReadOnlyList<ListedBox> Boxes { get; init; } = [];

    /// <summary>The places of the text's characters in the alphabet.</summary>
    public IReadOnlyList<int> Text { get; init; } = [];

    /// <summary>The full path of the picture's own label file; null: it has none.</summary>
    public string? File { get; init; }
}

/// <summary>What labels of pictures tell.</summary>
public enum PictureLabelKind
{
    /// <summary>Objects with their places.</summary>
    Boxes,

    /// <summary>A class for each pixel.</summary>
    Mask,

    /// <summary>What is written in it.</summary>
    Text,
}
