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
        Calibrator = decision.Calibrator,
        BiasCorrection = decision.BiasCorrection,
        Rounding = decision.Rounding,
        Format = decision.Format.Text,
    };
}
