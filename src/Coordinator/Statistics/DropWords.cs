namespace Cluster.Coordinator.Statistics;

/// <summary>Formats shares of images for people.</summary>
public static class DropWords
{
    /// <summary>Percentage points with at most two digits.</summary>
    public static string Points(double fraction)
    {
        // Adding 0 makes a negative zero positive.
        var points = Math.Round(100 * fraction, 2, MidpointRounding.AwayFromZero) + 0.0;
        return points.ToString("0.##");
    }
}
