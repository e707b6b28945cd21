namespace Cluster.Reporting.Models;

/// <summary>The values of one quantized tensor over the calibration images, and the range that its codes cover.</summary>
/// <param name="Group">The group whose decision governs the range.</param>
/// <param name="Tensor">The tensor.</param>
/// <param name="Calibrator">How the range was chosen, as in a plan.</param>
/// <param name="Low">The smallest number that its codes represent.</param>
/// <param name="High">The largest.</param>
/// <param name="From">Where <paramref name="Counts"/> begin, at most <paramref name="Low"/>.</param>
/// <param name="To">Where they end, at least <paramref name="High"/>.</param>
/// <param name="Counts">Numbers of values in bins of equal width, without those that are exactly 0.</param>
/// <param name="Zeros">Share of all values that are exactly 0, 0 to 1.</param>
/// <param name="Clipped">Share of all values that are outside the range by more than half a step of its codes, 0 to 1.</param>
public sealed record ActivationSpread(
    string Group,
    string Tensor,
    string Calibrator,
    double Low,
    double High,
    double From,
    double To,
    IReadOnlyList<long> Counts,
    double Zeros,
    double Clipped);
