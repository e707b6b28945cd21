using System.Globalization;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search;

/// <summary>Says why each group of the winner has its precision, from what was measured and fitted.</summary>
internal static class VerdictBuilder
{
    public static IReadOnlyList<GroupVerdict> Build(SearchMemory memory, WinnerSelected selection)
    {
        var int8 = SearchMemory.Flags(selection.Plan);
        return [.. Enumerable.Range(0, int8.Length).Select(group => Judge(memory, selection, int8, group))];
    }

    private static GroupVerdict Judge(SearchMemory memory, WinnerSelected selection, bool[] int8, int group)
    {
        var decision = selection.Plan.Groups[group];
        var sensitivity = memory.Sensitivity?.Groups[group];
        var saved = Saved(memory, int8, group);
        var code = Code(memory, selection, int8[group], saved, group);
        return new GroupVerdict(
            decision.Group,
            decision.Precision,
            sensitivity?.Kl,
            sensitivity?.SqnrDb,
            saved,
            code,
            memory.Choice.KeptBy(group) is { } option ? $"Kept in FP32 by {option}." : Reason(code, sensitivity?.Kl, saved));
    }

    private static double? Saved(SearchMemory memory, bool[] int8, int group)
    {
        if (memory.Model is not { } model)
        {
            return null;
        }

        var quantized = (bool[])int8.Clone();
        quantized[group] = true;
        var kept = (bool[])int8.Clone();
        kept[group] = false;
        return model.Predict(kept) - model.Predict(quantized);
    }

    private static VerdictCode Code(SearchMemory memory, WinnerSelected selection, bool isInt8, double? saved, int group)
    {
        if (!memory.Choice.MayQuantize(group))
        {
            return VerdictCode.Float32Asked;
        }

        if (isInt8)
        {
            return saved is null or > 0 ? VerdictCode.QuantizedFaster : VerdictCode.QuantizedWithNeighbours;
        }

        if (selection.Plan.IsFloat32)
        {
            return VerdictCode.Float32NothingFaster;
        }

        if (saved is null or > 0)
        {
            return VerdictCode.Float32ForAccuracy;
        }

        return memory.Model!.GroupMs(group, int8: true) >= memory.Model.GroupMs(group, int8: false)
            ? VerdictCode.Float32ForSpeed
            : VerdictCode.Float32WithNeighbours;
    }

    private static string Reason(VerdictCode code, double? kl, double? saved)
    {
        var ms = saved is { } value ? string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(value):G3} ms") : "an unknown time";
        var loss = kl is { } nats ? string.Create(CultureInfo.InvariantCulture, $" (alone in int8: {nats:G3} nats)") : string.Empty;
        return code switch
        {
            VerdictCode.QuantizedFaster => $"int8 saves {ms} a run and the network stays accurate enough{loss}.",
            VerdictCode.QuantizedWithNeighbours =>
                $"int8 saves nothing here, but FP32 would cost {ms} a run in changes of precision{loss}.",
            VerdictCode.Float32ForAccuracy => $"FP32 costs {ms} a run and keeps accuracy that int8 loses{loss}.",
            VerdictCode.Float32ForSpeed => $"FP32 is {ms} a run faster here than int8.",
            VerdictCode.Float32WithNeighbours => $"FP32 like its neighbours: int8 would cost {ms} a run in changes of precision.",
            _ => "FP32, as no accurate quantized plan was faster than the network as it came.",
        };
    }
}
