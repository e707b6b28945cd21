namespace Cluster.Networks.Preprocessing;

/// <summary>A picture's size in pixels.</summary>
/// <param name="Height">At least 1.</param>
/// <param name="Width">At least 1.</param>
public readonly record struct PictureSize(int Height, int Width)
{
    /// <summary>A larger size is more likely a mistake.</summary>
    public const int Largest = 16384;

    /// <summary>"480x640", height first as in <c>preprocess.json</c>.</summary>
    public override string ToString() => $"{Height}x{Width}";
}
