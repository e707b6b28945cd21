namespace Cluster.Coordinator.Work;

/// <summary>The steps of an escalation, cheapest first.</summary>
public enum ReconstructionStep
{
    /// <summary>The plan with its activations quantized and its weights in FP32: any loss then does not come from the weights.</summary>
    Probe,

    /// <summary>Roundings, layer by layer.</summary>
    AdaRound,

    /// <summary>Roundings, block by block, with FP32 activations; then the activations' steps.</summary>
    Brecq,

    /// <summary>Roundings and activation steps together, block by block, activations quantized at random.</summary>
    QDrop,
}

/// <summary>Names of the steps.</summary>
public static class ReconstructionStepExtensions
{
    /// <summary>The name in papers.</summary>
    public static string Title(this ReconstructionStep step) => step switch
    {
        ReconstructionStep.Probe => "FP32 weights",
        ReconstructionStep.AdaRound => "AdaRound",
        ReconstructionStep.Brecq => "BRECQ",
        _ => "QDrop",
    };

    /// <summary>The time of a method as a multiple of AdaRound's with the same iterations, as measured: docs/benchmarks/qat.md.</summary>
    public static double Cost(this ReconstructionStep step) => step switch
    {
        ReconstructionStep.AdaRound => 1,
        ReconstructionStep.Brecq => 1.5,
        _ => 1.4,
    };

    /// <summary>The method of a repair that learns.</summary>
    public static ReconstructionStep Step(this RepairMethod method) => method switch
    {
        RepairMethod.Brecq => ReconstructionStep.Brecq,
        RepairMethod.QDrop => ReconstructionStep.QDrop,
        _ => ReconstructionStep.AdaRound,
    };

    /// <summary>The name of a repair's rounding in plans: "adaround", "weight-correction".</summary>
    public static string Rounding(this RepairMethod method) =>
        method == RepairMethod.WeightCorrection ? GroupDecision.WeightCorrection : method.Step().Rounding();

    /// <summary>The name of a repair in sentences.</summary>
    public static string Title(this RepairMethod method) =>
        method == RepairMethod.WeightCorrection ? "weight correction" : method.Step().Title();

    /// <summary>The name of the rounding in plans.</summary>
    public static string Rounding(this ReconstructionStep step) => step switch
    {
        ReconstructionStep.Probe => "none",
        ReconstructionStep.AdaRound => "adaround",
        ReconstructionStep.Brecq => "brecq",
        _ => "qdrop",
    };
}
