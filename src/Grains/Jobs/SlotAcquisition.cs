using System.Collections.Concurrent;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;

namespace Cluster.Grains.Jobs;

/// <summary>
/// Gets slots for a job's attempts from the directory, which is asked again until there is one: for a few attempts at a time, as they all
/// want the same and each question is a message. Where no slot comes for a while, one of them asks for all and waits longer for its answer:
/// of a thousand jobs that wait for the same slots each is a question in six seconds, not four in two. Where no node could ever serve the
/// request, it says so and goes on asking: nodes come.
/// </summary>
internal sealed class SlotAcquisition(
    JobEntry job, IGrainFactory grains, GrainCalls calls, GrainOptions options, JobGrainScope scope, TimeProvider time)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    // What slowed a node down may be over then; where it is not, one item more takes long there.
    private static readonly TimeSpan SlowFor = TimeSpan.FromMinutes(10);

    // Of one kind. One alone would have the next slot wait for the last one's message. That is good enough for what may never be asked
    // for: of a thousand jobs in a busy cluster, all those requests would stand in the directory.
    private const int AskingAtOnce = 4;

    // A question that had no slot for its answer waits longer the next time, so many times as long as the first in the end. What it waits
    // stays below the silos' response timeout.
    private const int MostPatience = 3;

    private readonly ConcurrentDictionary<string, Askers> _asking = new(StringComparer.Ordinal);
    private readonly NodeScores _scores = new(options, time);
    private readonly SlotRequests _requests = new(job);

    // By item, the slots whose device failed it, and those that were much slower than others: this process's memory of it, as nothing but
    // time depends on that.
    private readonly ConcurrentDictionary<int, string[]> _avoided = new();
    private readonly ConcurrentDictionary<string, long> _slow = new(StringComparer.Ordinal);

    private INodeDirectoryGrain Directory => grains.GetGrain<INodeDirectoryGrain>(0);

    /// <summary>A slot for an attempt, as soon as there is one.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="place">Which slots may do it.</param>
    /// <param name="course">Says whether it takes only what is to spare, and which nodes to leave out then.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SlotGrant> AcquireAsync(Attempt attempt, WorkPlace place, AttemptCourse course, CancellationToken cancellationToken)
    {
        var asking = _asking.GetOrAdd(
            $"{place} {attempt.Alone} {course.IsAhead} {string.Join(' ', course.Beside ?? [])}",
            _ => new Askers(course.IsAhead ? 1 : AskingAtOnce));
        await asking.All.WaitAsync(cancellationToken);
        try
        {
            return await AskAsync(attempt, place, course, asking.Patient, cancellationToken);
        }
        finally
        {
            asking.All.Release();
        }
    }

    /// <summary>Takes in how an attempt ended on a node.</summary>
    public bool Record(string node, FailedResult? failure) => _scores.Record(node, failure);

    /// <summary>The device of the slot failed an item, which is given to another where there is one.</summary>
    public void Avoid(int sequence, SlotGrant grant) => Avoid(sequence, NameOf(grant));

    /// <summary>The network could not be executed on the node, which another node confirms where there is one.</summary>
    public void AvoidNode(int sequence, SlotGrant grant) => Avoid(sequence, grant.Node);

    /// <summary>Others were much faster than the slot, which is taken for a while where the cluster has no other.</summary>
    public void IsSlow(SlotGrant grant) => _slow[NameOf(grant)] = time.GetTimestamp();

    /// <summary>The slot took as long as others.</summary>
    public void IsNotSlow(SlotGrant grant) => _slow.TryRemove(NameOf(grant), out _);

    /// <summary>An item is over.</summary>
    public void Forget(int sequence) => _avoided.TryRemove(sequence, out _);

    /// <summary>A slot that is not wanted any more; where this word is lost, the directory takes it back by itself, but later.</summary>
    public void GiveBack(SlotGrant grant) => _ = calls.TryAsync(_ => ReleaseAsync(grant), CancellationToken.None);

    private async Task<SlotGrant> AskAsync(
        Attempt attempt, WorkPlace place, AttemptCourse course, SemaphoreSlim patient, CancellationToken cancellationToken)
    {
        var isSpare = course.IsAhead || course.Beside is not null;
        var since = time.GetTimestamp();
        var explained = since;
        var asked = 0;
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var request = RequestOf(attempt, place, course, isSpare) with { Waited = time.GetElapsedTime(since) };
                var wait = options.LongestWait * (isSpare || attempt.Alone ? 1 : Math.Clamp(asked, 1, MostPatience));
                var began = time.GetTimestamp();
                if (await calls.TryAsync<SlotGrant>(
                    stop => Directory.AcquireAsync(request, wait, stop)!, cancellationToken, wait + options.CallMargin) is { } grant)
                {
                    await scope.Schedulable();
                    return grant;
                }

                if (!isSpare && time.GetElapsedTime(explained) >= options.ExplainedAfter)
                {
                    explained = time.GetTimestamp();
                    await ExplainAsync(request, cancellationToken);
                }

                // No slot comes after a wait; no answer may come at once.
                if (time.GetElapsedTime(began) < AskAgain)
                {
                    await Task.Delay(AskAgain, time, cancellationToken);
                }

                if (asked == 0)
                {
                    await patient.WaitAsync(cancellationToken);
                }

                asked++;
            }
        }
        finally
        {
            if (asked > 0)
            {
                patient.Release();
            }
        }
    }

    private void Avoid(int sequence, string name) =>
        _avoided.AddOrUpdate(sequence, _ => [name], (_, known) => [.. known.Union([name], StringComparer.Ordinal)]);

    private SlotRequest RequestOf(Attempt attempt, WorkPlace place, AttemptCourse course, bool isSpare) =>
        _requests.Of(place, attempt.Alone) with
        {
            Excluded = [.. _scores.Excluded, .. course.Beside ?? []],
            Avoided = _avoided.GetValueOrDefault(attempt.Sequence),
            Slow = Slow(),
            IsSpare = isSpare,
            IsAhead = course.IsAhead,
        };

    private static string NameOf(SlotGrant grant) => $"{grant.Node}/{grant.Device}";

    private string[]? Slow()
    {
        string[] slow = [.. _slow.Where(slot => time.GetElapsedTime(slot.Value) < SlowFor).Select(slot => slot.Key)];
        return slow.Length == 0 ? null : slow;
    }

    private async Task ExplainAsync(SlotRequest request, CancellationToken cancellationToken)
    {
        var answer = await calls.TryAsync(async _ => new Explanation(await Directory.ExplainAsync(request)), cancellationToken);
        if (answer is { Reason: { } reason })
        {
            var why = _scores.Why;
            await scope.Unschedulable(why.Length > 0 ? $"{reason} {why}" : reason);
        }
        else if (answer is not null)
        {
            await scope.Schedulable();
        }
    }

    private async Task<SlotGrant> ReleaseAsync(SlotGrant grant)
    {
        await Directory.ReleaseAsync(grant);
        return grant;
    }

    private sealed record Explanation(string? Reason);

    // Of one kind: those that ask, and the one of them that does where none has had a slot for a while.
    private sealed class Askers(int atOnce)
    {
        public SemaphoreSlim All { get; } = new(atOnce);

        public SemaphoreSlim Patient { get; } = new(1);
    }
}
