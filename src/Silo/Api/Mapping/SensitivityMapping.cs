using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Mapping;

/// <summary>Maps sweeps over single groups to the contract.</summary>
internal static class SensitivityMapping
{
    public static V1.SensitivitySweep ToContract(SensitivityResult sweep) => new()
    {
        Format = sweep.Swept.Text,
        Groups = { sweep.Groups.Select(Of) },
    };

    private static V1.GroupSensitivity Of(GroupSensitivity group)
    {
        var mapped = new V1.GroupSensitivity { Group = group.Group, Kl = group.Kl, Correct = group.Correct, Total = group.Total };
        if (group.SqnrDb is { } decibels)
        {
            mapped.SqnrDb = decibels;
        }

        return mapped;
    }
}
