using Cluster.Coordinator.Model;
using Cluster.Plans;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Mapping;

/// <summary>Maps plans and their groups to the contract.</summary>
internal static class PlanMapping
{
    public static V1.Plan ToContract(this Plan plan) => new()
    {
        Target = plan.Target,
        Groups = { plan.Groups.Select(ToContract) },
        Digest = plan.Digest,
    };

    public static V1.Group ToContract(this GroupInfo group) => new()
    {
        Name = group.Name,
        Operators = { group.Operators },
        Macs = group.Macs,
        Parameters = group.Parameters,
        Description = group.Description,
    };

    private static V1.GroupDecision ToContract(GroupDecision decision) => new()
    {
        Group = decision.Group,
        Precision = decision.Format.ToPrecision(),
        Calibrator = decision.Calibrator,
        BiasCorrection = decision.BiasCorrection,
        WeightBits = decision.Format.Weights.Bits,
        ActivationBits = decision.Format.Activations.Bits,
        Rounding = decision.Rounding,
        FloatShortcuts = decision.FloatShortcuts,
        PerTensorWeights = decision.PerTensorWeights,
        Format = decision.Format.Text,
    };

    // For clients that do not know formats.
    private static V1.Precision ToPrecision(this GroupFormat format) => format switch
    {
        { IsBaseline: true } => V1.Precision.Float32,
        { IsInteger: true, Weights.Bits: <= 8, Activations.Bits: <= 8 } => V1.Precision.Int8,
        _ => V1.Precision.Other,
    };
}
