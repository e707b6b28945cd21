namespace Cluster.Networks.Graphs;

/// <summary>
/// What a network is computed of where its files take pixels: its first layer reads, instead of normalized floats, the pixels of a picture
/// less a grey, and a fourth channel of the constant 255 less that grey.
/// </summary>
/// <param name="Value">What the first layer reads: whole numbers, (N, 4, height, width) of red, green, blue and alpha.</param>
/// <param name="Zero">The grey, 0 to 254: the pixel whose code stands for 0, as padding has it.</param>
/// <param name="HasAlpha">Whether files take the fourth channel, too: RGBA, else RGB.</param>
/// <param name="Preprocess">How floats are made of pixels, in the JSON of <c>preprocess.json</c>.</param>
public sealed record PixelInput(string Value, byte Zero, bool HasAlpha, string Preprocess)
{
    /// <summary>The metadata key of a file that takes pixels: "RGBA" or "RGB", the order of its channels.</summary>
    public const string Metadata = "cluster.pixels";

    /// <summary>The metadata key of <see cref="Preprocess"/> in such a file.</summary>
    public const string PreprocessMetadata = "cluster.preprocess";

    /// <summary>The value of <see cref="Metadata"/>.</summary>
    public string Channels => HasAlpha ? "RGBA" : "RGB";
}
