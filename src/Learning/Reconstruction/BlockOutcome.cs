namespace Cluster.Learning.Reconstruction;

/// <summary>The result for one block.</summary>
/// <param name="Name">Its weighted nodes, joined by '+'.</param>
/// <param name="Phase">"weights", "weights+activations" or "activations".</param>
/// <param name="NearestLoss">Loss on the held-out images before learning: rounding to nearest with calibrated ranges; in the phase
/// "activations" that of the network's outputs, with the numbers so far.</param>
/// <param name="LearnedLoss">Loss on the same images after learning, with everything decided.</param>
/// <param name="Kept">False: the loss did not fall and the block was reset.</param>
/// <param name="Iterations">Number of iterations.</param>
/// <param name="Undecided">Share of roundings that were within (0.01, 0.99) when the loop ended; near 0 after a full
/// schedule.</param>
/// <param name="Seconds">Duration of the loop; the only number here that differs between equal runs.</param>
public sealed record BlockOutcome(
    string Name,
    string Phase,
    double NearestLoss,
    double LearnedLoss,
    bool Kept,
    int Iterations,
    double Undecided,
    double Seconds);
