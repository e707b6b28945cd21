namespace Cluster.Kernels.Data;

/// <summary>The colour model that a network takes.</summary>
public enum PixelColor
{
    /// <summary>One channel.</summary>
    Gray,

    /// <summary>Three channels: R, G, B.</summary>
    Rgb,
}
