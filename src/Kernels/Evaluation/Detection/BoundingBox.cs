namespace Cluster.Kernels.Evaluation.Detection;

/// <summary>An axis-aligned rectangle, in any unit that labels and outputs share.</summary>
public readonly record struct BoundingBox(float Left, float Top, float Right, float Bottom)
{
    private double Area => Math.Max(0, (double)Right - Left) * Math.Max(0, (double)Bottom - Top);

    /// <summary>Intersection over union, 0 to 1; 0 if both are empty.</summary>
    public double Overlap(BoundingBox other)
    {
        double width = Math.Max(0, (double)Math.Min(Right, other.Right) - Math.Max(Left, other.Left));
        double height = Math.Max(0, (double)Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));
        double shared = width * height;
        double union = Area + other.Area - shared;
        return union > 0 ? shared / union : 0;
    }
}

/// <summary>A labelled object.</summary>
/// <param name="Box">Its box.</param>
/// <param name="Class">Its class, from 0.</param>
public readonly record struct LabelledBox(BoundingBox Box, int Class);

/// <summary>An object that a network detects.</summary>
/// <param name="Box">Its box.</param>
/// <param name="Class">Its class, from 0.</param>
/// <param name="Score">Its confidence; only the order matters.</param>
public readonly record struct DetectedBox(BoundingBox Box, int Class, float Score);
