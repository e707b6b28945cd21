namespace Cluster.Kernels.Metrics.Detection;

/// <summary>An axis-aligned rectangle, in any unit that labels and outputs share.</summary>
public readonly record struct BoundingBox(float Left, float Top, float Right, float Bottom)
{
    private double Area => Math.Max(0, (double)Right - Left) * Math.Max(0, (double)Bottom - Top);

    /// <summary>Intersection over union, 0 to 1; 0 if both are empty.</summary>
    public double Overlap(BoundingBox other) => Share(other, Area + other.Area - Shared(other));

    /// <summary>The share of this box that lies in another, 0 to 1.</summary>
    public double Inside(BoundingBox other) => Share(other, Area);

    /// <summary>The box in another unit.</summary>
    public BoundingBox Scaled(float x, float y) => new(Left * x, Top * y, Right * x, Bottom * y);

    private double Share(BoundingBox other, double whole) => whole > 0 ? Shared(other) / whole : 0;

    private double Shared(BoundingBox other)
    {
        double width = Math.Max(0, (double)Math.Min(Right, other.Right) - Math.Max(Left, other.Left));
        double height = Math.Max(0, (double)Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));
        return width * height;
    }
}

/// <summary>A labelled object.</summary>
/// <param name="Box">Its box.</param>
/// <param name="Class">Its class, from 0.</param>
public readonly record struct LabelledBox(BoundingBox Box, int Class)
{
    /// <summary>Whether it stands for many objects, whose detections are neither right nor wrong (COCO's iscrowd).</summary>
    public bool IsCrowd { get; init; }
}

/// <summary>An object that a network detects.</summary>
/// <param name="Box">Its box.</param>
/// <param name="Class">Its class, from 0.</param>
/// <param name="Score">Its confidence; only the order matters.</param>
public readonly record struct DetectedBox(BoundingBox Box, int Class, float Score);
