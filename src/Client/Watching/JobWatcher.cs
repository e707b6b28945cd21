using System.Runtime.CompilerServices;
using Cluster.Contract.V1;
using Google.Protobuf.WellKnownTypes;

namespace Cluster.Client.Watching;

/// <summary>A job's events as one stream that survives broken connections: each event once, in order.</summary>
/// <param name="said">Receives a sentence about each change of the connection.</param>
internal sealed class JobWatcher(ServerConnection server, Action<string> said)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    // A server that misses three heartbeats counts as gone, even if the connection seems alive.
    private static readonly TimeSpan LongestSilence = 3 * Heartbeat;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly BackOff _backOff = new(server.Context);
    private long _lastContact = server.Context.Time.GetTimestamp();

    /// <summary>
    /// The events after a number, heartbeats included; ends after the last event of a job that has ended.
    /// </summary>
    /// <exception cref="RemoteException">The server refused, or was unavailable for ten minutes.</exception>
    public async IAsyncEnumerable<JobEvent> EventsAsync(string job, long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        long last = after;
        while (true)
        {
            using var silence = new CancellationTokenSource(LongestSilence, server.Context.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, silence.Token);
            var at = server.Address;
            using var call = server.Jobs.WatchJob(
                new WatchJobRequest { Name = job, AfterSequence = last, HeartbeatInterval = Duration.FromTimeSpan(Heartbeat) },
                server.Streaming(either.Token));
            (JobEvent? Event, RpcException? Failure) step;
            while ((step = await NextAsync(call.ResponseStream, either.Token)).Event is { } happened)
            {
                silence.CancelAfter(LongestSilence);
                _backOff.Reset();
                _lastContact = server.Context.Time.GetTimestamp();
                if (happened.EventCase != JobEvent.EventOneofCase.Heartbeat)
                {
                    if (happened.Sequence <= last)
                    {
                        continue;
                    }

                    if (happened.Sequence > last + 1)
                    {
                        said($"the server left out the events {last + 1} to {happened.Sequence - 1}.");
                    }

                    last = happened.Sequence;
                }

                yield return happened;
            }

            cancellation.ThrowIfCancellationRequested();
            // A stopping server ends its streams normally.
            if (step.Failure is null && await IsOverAsync(job, cancellation))
            {
                yield break;
            }

            await WaitAsync(at, step.Failure, silence.IsCancellationRequested, last, cancellation);
        }
    }

    private static async Task<(JobEvent? Event, RpcException? Failure)> NextAsync(
        IAsyncStreamReader<JobEvent> stream, CancellationToken cancellation)
    {
        try
        {
            return (await stream.MoveNext(cancellation) ? stream.Current : null, null);
        }
        catch (RpcException failure)
        {
            return (null, failure);
        }
    }

    // A server that is unavailable at that moment says nothing about the job.
    private async Task<bool> IsOverAsync(string job, CancellationToken cancellation)
    {
        try
        {
            var now = await server.GetJobAsync(job, cancellation);
            return Words.IsOver(now.State);
        }
        catch (RemoteException gone) when (gone.ExitCode == ExitCode.Unavailable)
        {
            return false;
        }
    }

    private async Task WaitAsync(Uri at, RpcException? failure, bool isSilent, long last, CancellationToken cancellation)
    {
        string why;
        TimeSpan? asked = null;
        if (isSilent)
        {
            why = "the server is silent";
        }
        else if (failure is null)
        {
            why = "the server ended the stream before the job's end";
        }
        else
        {
            var told = RpcFailure.Of(failure, at);
            if (!RpcFailure.IsBrokenConnection(failure) && !told.IsBusy)
            {
                throw told.ToException();
            }

            asked = told.RetryDelay;
            why = told.Why;
        }

        if (server.Context.Time.GetElapsedTime(_lastContact) > Patience)
        {
            throw new RemoteException(
                $"{why}, for ten minutes now; the job is not touched by that, watch it again later.", ExitCode.Unavailable);
        }

        server.Leave(at);
        if (_backOff.Count == 0)
        {
            said($"{why}; taking up again after event {last}.");
        }

        await _backOff.WaitAsync(asked, cancellation);
    }
}
