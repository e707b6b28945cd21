namespace Cluster.Tests;

/// <summary>Decisions of groups whose names do not matter.</summary>
internal static class Decide
{
    public static GroupDecision Float32 { get; } = GroupDecision.Baseline("");

    public static GroupDecision In(GroupFormat format) => GroupDecision.In(format, "", "max", biasCorrection: false);

    public static GroupDecision Integer(string calibrator, bool correctBias, int weightBits = 8, int activationBits = 8) =>
        GroupDecision.In(GroupFormat.Integer(weightBits, activationBits), "", calibrator, correctBias);
}
