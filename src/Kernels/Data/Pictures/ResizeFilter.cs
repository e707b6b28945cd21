namespace Cluster.Kernels.Data.Pictures;

/// <summary>The filter for resizing a picture; Pillow's filters of the same names.</summary>
public enum ResizeFilter
{
    /// <summary>A triangle, one pixel of the smaller picture to either side.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = -0.5, two pixels to either side.</summary>
    Bicubic,
}
