namespace Cluster.Reproductions.Integer;

/// <summary>One step from codes to codes, of one image.</summary>
/// <param name="Tensors">Tensors of the file that have the codes of this step's output.</param>
internal abstract record IntegerStep(List<string> Tensors)
{
    /// <summary>int32 in, int32 out; (channels, height, width), row-major.</summary>
    public abstract int[] Run(int[] codes);
}

/// <summary>Which elements a window sees: (channels, height, width) of the input, and a square window.</summary>
internal sealed record Window(int Channels, int Height, int Width, int Size, int Stride)
{
    public int OutputHeight => ((Height - Size) / Stride) + 1;

    public int OutputWidth => ((Width - Size) / Stride) + 1;

    public int Positions => OutputHeight * OutputWidth;

    /// <summary>Index of the window's first element in a channel.</summary>
    public int Start(int position) => (position / OutputWidth * Stride * Width) + (position % OutputWidth * Stride);
}
