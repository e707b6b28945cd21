using Google.Protobuf.WellKnownTypes;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Mapping;

/// <summary>Maps steps of a reconstruction to the contract.</summary>
internal static class ReconstructionMapping
{
    public static V1.ReconstructionStep ToContract(StepEvent step) => step switch
    {
        StepCompleted { Item: ReconstructItem item, Result: WeightProbeResult probe } probed =>
            Of(Method(item), kept: false, probed.Reason, probe.Seconds, []),
        StepCompleted { Item: ReconstructItem item, Result: ReconstructResult result } completed =>
            Of(Method(item), completed.Winner is not null, completed.Reason, result.Seconds, result.Blocks),
        StepFailed { Item: ReconstructItem item, Failure: var failure } => Of(Method(item), kept: false, failure.Reason, 0, []),
        _ => throw new ArgumentOutOfRangeException(nameof(step), step.GetType().Name, message: null),
    };

    private static string Method(ReconstructItem item) =>
        (item.Step == ReconstructionStep.Probe ? "probe" : item.Step.Rounding()) + (item.Rank == 0 ? string.Empty : " of the second plan");

    private static V1.ReconstructionStep Of(
        string method, bool kept, string reason, double seconds, IEnumerable<ReconstructedBlock> blocks) =>
        new()
        {
            Method = method,
            Kept = kept,
            Reason = reason,
            Elapsed = TimeSpan.FromSeconds(seconds).ToDuration(),
            Blocks =
            {
                blocks.Select(
                    block => new V1.ReconstructedBlock
                    {
                        Name = block.Name,
                        Phase = block.Phase,
                        LossBefore = block.Before,
                        LossAfter = block.After,
                        Kept = block.Kept
                    })
            },
        };
}
