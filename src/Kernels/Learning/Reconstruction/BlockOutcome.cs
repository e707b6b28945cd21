namespace Cluster.Kernels.Learning.Reconstruction;

/// <summary>What became of one block.</summary>
/// <param name="Name">Its weighted nodes, joined by '+'.</param>
/// <param name="Phase">"weights", "weights+activations" or "activations".</param>
/// <param name="NearestLoss">On the held-out images, before: rounding to nearest with calibrated ranges.</param>
/// <param name="LearnedLoss">On the same images, after, everything decided.</param>
/// <param name="Kept">False: the loss did not fall and the block was put back.</param>
/// <param name="Iterations">Iterations it took.</param>
/// <param name="Undecided">Share of roundings that were within (0.01, 0.99) when the loop ended; near 0 after a full
/// schedule.</param>
/// <param name="Seconds">Of the loop; the only number here that differs between equal runs.</param>
public sealed record BlockOutcome(
    string Name,
    string Phase,
    double NearestLoss,
    double LearnedLoss,
    bool Kept,
    int Iterations,
    double Undecided,
    double Seconds);
