namespace Cluster.Kernels.Evaluation.Detection;

/// <summary>A rectangle with sides along the axes, in whatever unit labels and outputs have in common.</summary>
public readonly record struct BoundingBox(float Left, float Top, float Right, float Bottom)
{
    private double Area => Math.Max(0, (double)Right - Left) * Math.Max(0, (double)Bottom - Top);

    /// <summary>Intersection over union, 0 to 1; 0 where both are empty.</summary>
    public double Overlap(BoundingBox other)
    {
        double width = Math.Max(0, (double)Math.Min(Right, other.Right) - Math.Max(Left, other.Left));
        double height = Math.Max(0, (double)Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));
        double shared = width * height;
        double union = Area + other.Area - shared;
        return union > 0 ? shared / union : 0;
    }
}

/// <summary>An object that is there.</summary>
/// <param name="Box">Where.</param>
/// <param name="Class">What, from 0.</param>
public readonly record struct LabelledBox(BoundingBox Box, int Class);

/// <summary>An object that a network finds.</summary>
/// <param name="Box">Where.</param>
/// <param name="Class">What, from 0.</param>
/// <param name="Score">How sure it is; only the order matters.</param>
public readonly record struct DetectedBox(BoundingBox Box, int Class, float Score);
