namespace Cluster.Coordinator.Work;

/// <summary>What is added up over the pieces of a sweep.</summary>
/// <param name="Part">The piece.</param>
/// <param name="Images">Its images.</param>
/// <param name="Groups">One per group, in the space's order.</param>
public sealed record SweptPart(SweepPart Part, int Images, IReadOnlyList<SweptSums> Groups);

/// <summary>Sums over the images of a piece, of one group alone in the sweep's format.</summary>
/// <param name="Divergence">Of KL(FP32 ‖ group in the format), in nats.</param>
/// <param name="Signal">Of squares of what the group hands on in FP32.</param>
/// <param name="Noise">Of squares of what it hands on in the format, less that.</param>
public sealed record SweptSums(double Divergence, double Signal, double Noise);
