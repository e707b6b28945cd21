namespace Cluster.Coordinator.Work;

/// <summary>The sums over the pieces of a sweep.</summary>
/// <param name="Part">The piece.</param>
/// <param name="Images">Its images.</param>
/// <param name="Groups">One per group, in the space's order.</param>
public sealed record SweptPart(SweepPart Part, int Images, IReadOnlyList<SweptSums> Groups);

/// <summary>Sums over the images of a piece, for one group alone in the sweep's format.</summary>
/// <param name="Divergence">Sum of KL(FP32 ‖ group in the format), in nats.</param>
/// <param name="Signal">Sum of squares of the group's output in FP32.</param>
/// <param name="Noise">Sum of squares of its error in the format.</param>
public sealed record SweptSums(double Divergence, double Signal, double Noise);
