using Google.Protobuf.WellKnownTypes;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Mapping;

/// <summary>Maps a job's events to the contract.</summary>
internal static class EventMapping
{
    public static V1.JobEvent ToContract(this JobChange change, string job)
    {
        var mapped = new V1.JobEvent { Sequence = change.Sequence, Time = change.At.ToTimestamp() };
        switch (change)
        {
            case StatusChange status:
                mapped.StateChanged = new V1.JobStateChanged
                {
                    State = SameNames.Of<V1.JobState>(status.Status),
                    Reason = status.Reason ?? string.Empty,
                    RetryTime = status.RetryAt?.ToTimestamp()
                };
                break;
            case RoundChange round:
                mapped.RoundProposed = new V1.RoundProposed
                {
                    Round = round.Round.Round,
                    After = round.Round.After,
                    Purpose = round.Round.Purpose,
                    Items = round.Round.Items.Count
                };
                break;
            case CandidateChange candidate:
                mapped.CandidateChanged = candidate.Candidate.ToContract(job);
                break;
            case WorkChange work:
                mapped.WorkChanged = work.Work.ToContract();
                mapped.WorkChanged.Candidates.AddRange(work.Candidates.Select(timed => timed.ToContract(job)));
                break;
            case WinnerChange winner:
                mapped.WinnerSelected = winner.Winner.ToContract(job);
                break;
            case ArtefactChange artefact:
                mapped.ArtefactPublished = artefact.Artefact.ToContract();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change, message: null);
        }

        return mapped;
    }

    public static V1.JobEvent Heartbeat(long sequence, DateTimeOffset now, V1.JobProgress progress) => new()
    {
        Sequence = sequence,
        Time = now.ToTimestamp(),
        Heartbeat = new V1.Heartbeat { Progress = progress },
    };
}
