using System.Globalization;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search;

/// <summary>Says why each group of the winner has its format, from what was measured and fitted.</summary>
internal static class VerdictBuilder
{
    private const int Baseline = 0;

    public static IReadOnlyList<GroupVerdict> Build(SearchMemory memory, WinnerSelected selection)
    {
        var formats = memory.Formats.NumbersOf(selection.Plan);
        return [.. Enumerable.Range(0, formats.Length).Select(group => Judge(memory, selection, formats, group))];
    }

    private static GroupVerdict Judge(SearchMemory memory, WinnerSelected selection, int[] formats, int group)
    {
        var decision = selection.Plan.Groups[group];
        var sensitivity = memory.Sensitivity?.Groups[group];
        var other = formats[group] == Baseline ? Fastest(memory, formats, group) : formats[group];
        var saved = Saved(memory, formats, group, other);
        var code = Code(memory, selection, group, other, saved);
        return new GroupVerdict(
            decision.Group, decision.Format, sensitivity?.Kl, sensitivity?.SqnrDb, saved, code,
            memory.Choice.KeptBy(group) is { } option
                ? $"Kept in {memory.Formats.Baseline.Title} by {option}."
                : Reason(memory, code, group, other, sensitivity?.Kl, saved) + Repaired(memory, decision));
    }

    private static string Repaired(SearchMemory memory, GroupDecision decision)
    {
        var trial = decision.Repair is { } learned
            ? memory.Repairs.Trials.First(trial => string.Equals(trial.Learned, learned, StringComparison.Ordinal))
            : null;
        return trial?.Groups.FirstOrDefault(group => string.Equals(group.Group, decision.Group, StringComparison.Ordinal)) is { } found
            ? string.Create(
                CultureInfo.InvariantCulture,
                $" Its weights are rounded by {trial.Method}: on held-out images that leaves {found.After / found.Before:P0} of the error.")
            : string.Empty;
    }

    // The offered format that a group in the baseline's would be fastest in.
    private static int Fastest(SearchMemory memory, int[] formats, int group) =>
        Enumerable.Range(1, memory.Formats.Count - 1).MinBy(format => memory.Model?.Predict(With(formats, group, format)) ?? 0);

    private static int[] With(int[] formats, int group, int format)
    {
        var changed = (int[])formats.Clone();
        changed[group] = format;
        return changed;
    }

    private static double? Saved(SearchMemory memory, int[] formats, int group, int format) => memory.Model is { } model
        ? model.Predict(With(formats, group, Baseline)) - model.Predict(With(formats, group, format))
        : null;

    private static VerdictCode Code(SearchMemory memory, WinnerSelected selection, int group, int other, double? saved)
    {
        if (!memory.Choice.MayQuantize(group))
        {
            return VerdictCode.Float32Asked;
        }

        if (!selection.Plan.Groups[group].Format.IsBaseline)
        {
            return saved is null or > 0 ? VerdictCode.QuantizedFaster : VerdictCode.QuantizedWithNeighbours;
        }

        if (selection.Plan.IsBaseline)
        {
            return VerdictCode.Float32NothingFaster;
        }

        if (saved is null or > 0)
        {
            return VerdictCode.Float32ForAccuracy;
        }

        return memory.Model!.GroupMs(group, other) >= memory.Model.GroupMs(group, Baseline)
            ? VerdictCode.Float32ForSpeed
            : VerdictCode.Float32WithNeighbours;
    }

    private static string Reason(SearchMemory memory, VerdictCode code, int group, int other, double? kl, double? saved)
    {
        var (kept, format) = (memory.Formats.Baseline.Title, memory.Formats.All[other].Text);
        var ms = saved is { } value ? string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(value):G3} ms") : "an unknown time";
        var swept = memory.Sensitivity?.Swept;
        var about = memory.Sensitivity?.Scores is null ? string.Empty : "about ";
        var loss = kl is { } nats
            ? string.Create(CultureInfo.InvariantCulture, $" (alone in {swept}: {about}{nats:G3} nats)")
            : string.Empty;
        return code switch
        {
            VerdictCode.QuantizedFaster => $"{format} saves {ms} a run and the network stays accurate enough{loss}.",
            VerdictCode.QuantizedWithNeighbours =>
                $"{format} saves nothing here, but {kept} would cost {ms} a run in changes of precision{loss}.",
            VerdictCode.Float32ForAccuracy => $"{kept} costs {ms} a run and keeps accuracy that {format} loses{loss}.",
            VerdictCode.Float32ForSpeed => $"{kept} is {ms} a run faster here than {format}{FloatCause.Of(memory, group, other)}.",
            VerdictCode.Float32WithNeighbours => $"{kept} like its neighbours: {format} would cost {ms} a run in changes of precision.",
            _ => FloatCause.Of(memory, group, other) is { Length: > 0 } cause && saved is not > 0
                ? $"{kept}: {format} is slower here{cause}."
                : saved is > 0
                ? $"{kept}, although {format} would save {ms} a run here: no accurate quantized plan was faster as a whole."
                : $"{kept}, as no accurate quantized plan was faster than the network as it came.",
        };
    }
}
