using Cluster.Client.Views;
using Cluster.Contract.V1;
using Cluster.Silo.Reports;

namespace Cluster.Client.Watching;

/// <summary>Events in a line.</summary>
internal static class EventText
{
    /// <summary>What happened; null for a heartbeat.</summary>
    public static string? Of(JobEvent happened) => happened.EventCase switch
    {
        JobEvent.EventOneofCase.StateChanged => happened.StateChanged.Reason.Length > 0
            ? $"{Words.Of(happened.StateChanged.State)}: {happened.StateChanged.Reason}"
            : Words.Of(happened.StateChanged.State),
        JobEvent.EventOneofCase.RoundProposed => $"round {happened.RoundProposed.Round}: {happened.RoundProposed.Purpose} ({happened.RoundProposed.Items} {(happened.RoundProposed.Items == 1 ? "item" : "items")})",
        JobEvent.EventOneofCase.CandidateChanged => Of(happened.CandidateChanged),
        JobEvent.EventOneofCase.WinnerSelected => $"winner: {happened.WinnerSelected.Reason}",
        JobEvent.EventOneofCase.ArtefactPublished => $"published {happened.ArtefactPublished.Role} ({Figures.Bytes(happened.ArtefactPublished.SizeBytes)})",
        _ => null,
    };

    /// <summary>Whether a log wants it: not each step of each candidate.</summary>
    public static bool IsLogged(JobEvent happened) => happened.EventCase switch
    {
        JobEvent.EventOneofCase.CandidateChanged => happened.CandidateChanged.State == CandidateState.Failed,
        JobEvent.EventOneofCase.Heartbeat or JobEvent.EventOneofCase.None => false,
        _ => true,
    };

    private static string Of(Candidate candidate)
    {
        if (candidate.Failure is { } failure)
        {
            return $"candidate {candidate.Number} failed: {Words.Of(failure.Kind)}, {failure.Message}";
        }

        string measured = candidate.Evaluations.Count == 0 ? $"candidate {candidate.Number}" : Words.Best(candidate);
        string where = candidate.Node.Length > 0 ? $" on {candidate.Node}" : "";
        return $"{measured} {Words.Of(candidate.State)}{where}";
    }
}
