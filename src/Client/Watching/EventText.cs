using Cluster.Contract.V1;

namespace Cluster.Client.Watching;

/// <summary>Describes events in one line each.</summary>
internal static class EventText
{
    /// <summary>The event in words; null for a heartbeat.</summary>
    public static string? Of(JobEvent happened) => happened.EventCase switch
    {
        JobEvent.EventOneofCase.StateChanged => Of(happened.StateChanged),
        JobEvent.EventOneofCase.RoundProposed =>
            $"round {happened.RoundProposed.Round}: {happened.RoundProposed.Purpose} ({happened.RoundProposed.Items} "
            + $"{(happened.RoundProposed.Items == 1 ? "item" : "items")})",
        JobEvent.EventOneofCase.CandidateChanged => Of(happened.CandidateChanged),
        JobEvent.EventOneofCase.WorkChanged => Of(happened.WorkChanged),
        JobEvent.EventOneofCase.WinnerSelected => Of(happened.WinnerSelected),
        JobEvent.EventOneofCase.ArtefactPublished =>
            $"published {happened.ArtefactPublished.Role} ({Figures.Bytes(happened.ArtefactPublished.SizeBytes)})",
        _ => null,
    };

    /// <summary>Whether it belongs in a log: results and problems do, single steps do not.</summary>
    public static bool IsLogged(JobEvent happened) => happened.EventCase switch
    {
        JobEvent.EventOneofCase.CandidateChanged => IsOver(happened.CandidateChanged.State),
        JobEvent.EventOneofCase.WorkChanged => IsOver(happened.WorkChanged.State),
        JobEvent.EventOneofCase.Heartbeat or JobEvent.EventOneofCase.None => false,
        _ => true,
    };

    private static string Of(Winner winner) =>
        winner is { Feasible: true, Candidate: not null, Kind: not WinnerKind.Unclear } ? $"winner: {winner.Reason}" : winner.Reason;

    private static string Of(JobStateChanged changed)
    {
        string reason = changed.Reason.Length > 0 ? $": {changed.Reason}" : "";
        string retry = changed.RetryTime is { } time ? $" Next try: {Words.Time(time)}." : "";
        return $"{Words.Of(changed.State)}{reason}{retry}";
    }

    private static bool IsOver(CandidateState state) => state is CandidateState.Succeeded or CandidateState.Failed;

    private static string Of(WorkChanged work)
    {
        if (work.Failure is { } failure)
        {
            return $"{work.Title} failed: {Words.Of(failure.Kind)}, {failure.Message}";
        }

        string where = work.Node.Length > 0 ? $" on {work.Node}" : "";
        return $"{work.Title} {Words.Of(work.State)}{where}";
    }

    private static string Of(Candidate candidate)
    {
        if (candidate.Failure is { } failure)
        {
            string plan = candidate.Plan is { Groups.Count: > 0 } known ? $" ({Words.Shares(known)})" : "";
            return $"candidate {candidate.Number}{plan} failed: {Words.Of(failure.Kind)}, {failure.Message}";
        }

        string measured = candidate.Evaluations.Count == 0 ? $"candidate {candidate.Number}" : Words.Best(candidate);
        string where = candidate.Node.Length > 0 ? $" on {candidate.Node}" : "";
        string state = candidate is { State: CandidateState.Succeeded, Evaluations.Count: > 0 } ? "" : $" {Words.Of(candidate.State)}";
        return $"{measured}{state}{where}";
    }
}
