namespace Cluster.Coordinator.Questions;

/// <summary>Explains a group of a job's winner from its journal.</summary>
public static class GroupExplainer
{
    private const int NearNames = 3;

    /// <summary>Explains one group.</summary>
    /// <param name="state">A job whose winner is selected.</param>
    /// <param name="name">The group's name, or a unique part of it.</param>
    /// <exception cref="JobException">There is no winner yet, or no such group.</exception>
    public static GroupExplanation Of(JobState state, string name)
    {
        var winner = state.WinnerBefore(PostSearchSteps.FineTuning)
            ?? throw new JobException("The job has no winner yet: let it end, or end it with run … --max-minutes 0.");
        var memory = state.Memory;
        var index = IndexOf(memory, name);
        var (group, verdict) = (memory.Space.Groups[index], VerdictBuilder.Build(memory, winner, memory.Latency(winner.Plan))[index]);
        var swept = memory.Sensitivity?.Groups;
        return new GroupExplanation(
            group.Name,
            group.Operators,
            group.Macs,
            group.Parameters,
            winner.Plan.Groups[index],
            verdict.Code,
            verdict.Reason,
            verdict.Kl,
            verdict.SqnrDb,
            swept is null ? null : swept.Count(other => other.Kl > swept[index].Kl) + 1,
            verdict.PredictedSavedMs,
            memory.Calibrators?.Groups.FirstOrDefault(
                found => string.Equals(found.Group, group.Name, StringComparison.Ordinal))?.Alone ?? [],
            [.. Trials(memory, index)]);
    }

    private static int IndexOf(SearchMemory memory, string name)
    {
        var names = memory.Space.Groups.Select(group => group.Name).ToArray();
        var exact = Array.IndexOf(names, name);
        var parts = Enumerable.Range(0, names.Length).Where(i => names[i].Contains(name, StringComparison.OrdinalIgnoreCase)).ToArray();
        return exact >= 0 ? exact
            : parts is [var only] ? only
            : throw new JobException(parts.Length == 0
                ? $"There is no group \"{name}\" among the {names.Length} of this network: give one of {Some(names)} (result.json has them "
                    + "all), or a part of a name."
                : $"\"{name}\" is a part of {parts.Length} groups' names: {Some(parts.Select(i => names[i]))}: give more of it.")
            {
                FailsOn = JobFault.Request,
            };
    }

    private static string Some(IEnumerable<string> names) => $"{string.Join(", ", names.Take(NearNames))}, …";

    private static IEnumerable<GroupTrial> Trials(SearchMemory memory, int index)
    {
        Plan[] plans = [.. memory.FullPlans.Concat(memory.PartlySeen.Select(seen => seen.Key))];
        for (var second = 1; second < plans.Length; second++)
        {
            for (var first = 0; first < second; first++)
            {
                if (DifferOnlyIn(index, plans[first], plans[second]) && memory.Alike(plans[first], plans[second]) is { } seen)
                {
                    yield return Trial(memory, index, (plans[first], seen.One), (plans[second], seen.Other));
                }
            }
        }
    }

    private static bool DifferOnlyIn(int index, Plan x, Plan y) =>
        x.Groups[index] != y.Groups[index] && Enumerable.Range(0, x.Groups.Count).All(i => i == index || x.Groups[i] == y.Groups[i]);

    private static GroupTrial Trial(
        SearchMemory memory, int index, (Plan Plan, AccuracyResult Seen) from, (Plan Plan, AccuracyResult Seen) to) => new(
        Name(from.Plan.Groups[index]),
        Name(to.Plan.Groups[index]),
        to.Seen.Correct - from.Seen.Correct,
        to.Seen.Kl - from.Seen.Kl,
        memory.Ms(to.Plan) - memory.Ms(from.Plan),
        to.Seen.Losses is null ? null : to.Seen.Loss - from.Seen.Loss);

    private static string Name(GroupDecision decision) => !decision.Format.IsCalibrated
        ? decision.Format.Text
        : $"{decision.Format.Text} {decision.Calibrator}{(decision.BiasCorrection ? string.Empty : ", bias uncorrected")}";
}
