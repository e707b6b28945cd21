namespace Cluster.Learning.Reconstruction;

/// <summary>One pass over the blocks.</summary>
/// <param name="Name">The name in outcomes and state files.</param>
/// <param name="LearnsWeights">Roundings are learned; otherwise those of an earlier phase are used.</param>
/// <param name="LearnsScales">Activation scales are learned and activations are quantized; otherwise they are
/// FP32.</param>
/// <param name="ExactInputs">Blocks get FP32 inputs instead of those of the quantized prefix.</param>
/// <param name="Power">Exponent of the reconstruction loss.</param>
/// <param name="Iterations">Iterations per block.</param>
internal sealed record ReconstructionPhase(
    string Name,
    bool LearnsWeights,
    bool LearnsScales,
    bool ExactInputs,
    double Power,
    int Iterations)
{
    public static IReadOnlyList<ReconstructionPhase> Of(ReconstructionOptions options) => options.Method switch
    {
        ReconstructionMethod.AdaRound => [new("weights", true, false, false, 2, options.Iterations)],
        ReconstructionMethod.QDrop => [new("weights+activations", true, true, false, 2, options.Iterations)],
        _ when options.ActivationIterations == 0 => [new("weights", true, false, false, 2, options.Iterations)],
        _ => [
            new("weights", true, false, false, 2, options.Iterations),
            new("activations", false, true, true, 2.4, options.ActivationIterations)],
    };
}
