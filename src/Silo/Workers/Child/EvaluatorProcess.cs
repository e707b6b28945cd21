using System.ComponentModel;

namespace Cluster.Silo.Workers.Child;

/// <summary>
/// The silo's side of one child: sends it one request at a time and watches it meanwhile. Any problem ends the process with everything it
/// started, so that there is only one kind of failure: the child has ended, for a known reason.
/// </summary>
internal sealed class EvaluatorProcess : IAsyncDisposable
{
    // How long a process may take to end after it closed its pipe or was killed.
    private static readonly TimeSpan Going = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CountsAge = TimeSpan.FromSeconds(5);

    private static readonly ChildEnd GivenUp = new(FailureKind.Unavailable, "The silo gave the evaluator up.");

    private readonly Lock _lock = new();
    private readonly WorkerOptions _options;
    private readonly ChildLimits _limits;
    private readonly Process _process;
    private readonly Stream _requests;
    private readonly Stream _replies;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly OutputTail _output = new();
    private readonly CancellationTokenSource _over = new();
    private readonly Task _life;
    private AskedRequest? _asked;
    private ChildEnd? _end;
    private FailedResult? _failure;
    private long _lastId;
    private long _resident;
    private long _kills;
    private long _killsCounted;

    private EvaluatorProcess(WorkerOptions options, Process process, Stream requests, Stream replies)
    {
        _options = options;
        _limits = new ChildLimits(options);
        _process = process;
        _requests = requests;
        _replies = replies;
        ProcessId = process.Id;
        CountKills();
        _life = LiveAsync();
    }

    public int ProcessId { get; }

    /// <summary>Whether it accepts no more requests.</summary>
    public bool IsOver
    {
        get
        {
            lock (_lock)
            {
                return _end is not null || _failure is not null;
            }
        }
    }

    /// <summary>Stage of the current request, or null if there is none.</summary>
    public WorkStage? Stage
    {
        get
        {
            lock (_lock)
            {
                return _asked is { HasBegun: true, Id: not 0 } asked ? asked.Stage : null;
            }
        }
    }

    /// <summary>Starts a child and waits until it answers.</summary>
    /// <exception cref="JobException">It cannot be started.</exception>
    public static async Task<EvaluatorProcess> StartAsync(WorkerOptions options, CancellationToken cancellation)
    {
        EvaluatorProcess child;
        try
        {
            var (process, requests, replies) = await ChildLauncher.StartAsync(options);
            child = new EvaluatorProcess(options, process, requests, replies);
        }
        catch (Exception failure) when (failure is Win32Exception or IOException or UnauthorizedAccessException)
        {
            throw new JobException($"The evaluator {options.Command.FileName} cannot be started ({failure.Message}).", failure);
        }

        try
        {
            var reply = await child.AskAsync(
                _ => new BeginRequest(
                    MessageStream.Version, options.Folders, options.WorkingMemory.Bytes, options.Heartbeat.TotalSeconds),
                cancellation);
            return reply is HelloReply { Protocol: MessageStream.Version }
                ? child
                : throw new JobException(
                    $"The evaluator {options.Command.FileName} speaks another version of the protocol than this silo: start both "
                    + "from one installation.");
        }
        catch (Exception failure)
        {
            await child.DisposeAsync();
            throw failure switch
            {
                ChildEndedException { IsCancelled: true } => new OperationCanceledException(cancellation),
                ChildEndedException ended => new JobException($"The evaluator cannot be started: {ended.Message}", ended),
                _ => failure,
            };
        }
    }

    /// <summary>Sends one request and waits for the answer.</summary>
    /// <param name="request">Makes the request from its id.</param>
    /// <param name="cancellation">Asks the child to stop; after the grace period, kills it.</param>
    /// <param name="ahead">Messages sent before the request, without an answer.</param>
    /// <exception cref="ChildEndedException">The child has ended.</exception>
    public async Task<WorkerReply> AskAsync(
        Func<long, WorkerRequest> request, CancellationToken cancellation, IEnumerable<WorkerRequest>? ahead = null)
    {
        CountKills();
        foreach (var part in ahead ?? [])
        {
            await SendAsync(part);
        }

        long id = ++_lastId;
        var message = request(id);
        var asked = new AskedRequest(message is BeginRequest ? 0 : id, (message as EvaluateRequest)?.JobId);
        lock (_lock)
        {
            if (_failure is { } failure)
            {
                throw new ChildEndedException(failure, isCancelled: false, hasBegun: false);
            }

            _asked = asked;
        }

        await SendAsync(message);

        // After the request: the child would ignore the cancellation of an unknown request.
        await using var registration = cancellation.Register(() => _ = CancelAsync(asked));
        try
        {
            return await asked.Answer.Task;
        }
        finally
        {
            // Called here because metrics need to know the item.
            if (message is EvaluateRequest { Item: not PrepareItem } && _options.Worked is { } worked)
            {
                worked(new EvaluatorWork(ProcessId, asked.Told ?? asked.Seen, IsTold: asked.Told is not null));
            }
        }
    }

    /// <summary>Ends the process and everything it started.</summary>
    public void End(ChildEnd end)
    {
        lock (_lock)
        {
            if (_failure is not null)
            {
                return;
            }

            _end ??= end;
        }

        LinuxProcess.End(ProcessId);
    }

    public async ValueTask DisposeAsync()
    {
        End(GivenUp);
        await _life;
        await _requests.DisposeAsync();
        await _replies.DisposeAsync();
        _process.Dispose();
        _sending.Dispose();
        _over.Dispose();
    }

    // From its start to its end, and then the result for its item.
    private async Task LiveAsync()
    {
        var exit = _process.WaitForExitAsync();
        var said = Task.WhenAll(
            _output.ReadAsync(_process.StandardOutput.BaseStream), _output.ReadAsync(_process.StandardError.BaseStream));
        var replies = ReadRepliesAsync();
        var watch = WatchAsync();
        await Task.WhenAny(exit, replies);
        if (await Task.WhenAny(exit, Task.Delay(Going)) != exit)
        {
            End(new ChildEnd(FailureKind.NativeCrash, "The evaluator closed its pipe and went on."));
        }

        // Processes that it started may still hold its pipes open.
        LinuxProcess.EndGroup(ProcessId);
        await Task.WhenAny(exit, Task.Delay(Gone));
        await Task.WhenAny(Task.WhenAll(replies, said), Task.Delay(Going));
        await _over.CancelAsync();
        await watch;
        AskedRequest? asked;
        lock (_lock)
        {
            _failure = Diagnose(exit.IsCompleted);
            asked = _asked;
        }

        if (!ReferenceEquals(_end, GivenUp))
        {
            _options.ChildLost?.Invoke(_failure.Kind);
        }

        asked?.Answer.TrySetException(new ChildEndedException(_failure, _end is { IsCancelled: true }, asked.HasBegun));
    }

    private FailedResult Diagnose(bool hasExited)
    {
        if (_end is { } end)
        {
            return new FailedResult(end.Kind, ExitDiagnosis.WithOutput(end.Reason, _output.Text));
        }

        bool memoryRanOut = SystemMemory.OutOfMemoryKills() > _kills || _limits.IsNearMemory(_resident);
        return hasExited
            ? ExitDiagnosis.Of(_process.ExitCode, memoryRanOut, _output.Text)
            : new FailedResult(FailureKind.DeviceError, "The evaluator's process cannot be ended: a driver holds it.");
    }

    private async Task ReadRepliesAsync()
    {
        try
        {
            while (await MessageStream.ReadAsync<WorkerReply>(_replies, CancellationToken.None) is { } reply)
            {
                Take(reply);
            }
        }
        catch (Exception rubbish) when (rubbish is ProtocolException or IOException or ObjectDisposedException)
        {
            End(new ChildEnd(FailureKind.NativeCrash, $"The evaluator sent something that is not a message ({rubbish.Message})."));
        }
    }

    private void Take(WorkerReply reply)
    {
        long id = reply switch
        {
            HeartbeatReply sign => sign.Id,
            TimesReply told => told.Id,
            ResultReply result => result.Id,
            CancelledReply cancelled => cancelled.Id,
            FaultReply fault => fault.Id,
            ScoreReply score => score.Id,
            _ => 0,
        };
        lock (_lock)
        {
            bool isAnswer = reply is not (HeartbeatReply or TimesReply or ScoreReply);
            if (_asked is not { } asked || asked.Id != id)
            {
                if (isAnswer)
                {
                    throw new ProtocolException($"a {reply.GetType().Name} that nothing asked for");
                }

                return;
            }

            asked.Sign((reply as HeartbeatReply)?.Stage);
            asked.Told = (reply as TimesReply)?.Times ?? asked.Told;
            if (reply is HeartbeatReply { Training: { } training } && asked.Job is { } job)
            {
                _options.Trained?.Invoke(job, training);
            }

            if (reply is ScoreReply score)
            {
                _ = ScoreAsync(asked, score);
            }

            if (isAnswer)
            {
                _asked = null;
                asked.Answer.TrySetResult(reply);
            }
        }
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(_options.WatchEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(_over.Token))
            {
                _resident = SystemMemory.Resident(ProcessId) ?? _resident;
                ChildEnd? violation;
                lock (_lock)
                {
                    violation = _limits.Violation(_resident, _asked);
                }

                if (violation is not null)
                {
                    End(violation);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The child has ended.
        }
    }

    private async Task SendAsync(WorkerRequest message)
    {
        byte[] frame = MessageStream.Frame(message);
        await _sending.WaitAsync();
        try
        {
            await _requests.WriteAsync(frame);
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // The child has ended or is about to: the waiting caller learns why.
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ScoreAsync(AskedRequest asked, ScoreReply score)
    {
        ScoresRequest answer;
        try
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
            var scores = _options.Scores?.Invoke(asked.Job!, score, ended.Token)
                ?? throw new JobException("This silo has no way to it.");
            if (await Task.WhenAny(scores, asked.Answer.Task) != scores)
            {
                await ended.CancelAsync();
            }

            var (predictions, given) = await scores;
            answer = given is null
                ? new ScoresRequest(score.Id, [], Problem: null) { PutOff = predictions }
                : new ScoresRequest(score.Id, given.Numbers, given.Problem);
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested || asked.Answer.Task.IsCompleted)
        {
            return;
        }
#pragma warning disable CA1031 // The work must not wait forever; it is retried.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            string problem = $"The predictions could not be brought to the job's client ({failure.Message.TrimEnd('.')}).";
            answer = new ScoresRequest(score.Id, [], problem, IsUnasked: true);
        }

        await SendAsync(answer);
    }

    private async Task CancelAsync(AskedRequest asked)
    {
        if (asked.Id != 0)
        {
            _ = SendAsync(new CancelRequest(asked.Id));
            await Task.WhenAny(asked.Answer.Task, Task.Delay(_options.CancelGrace));
        }

        if (!asked.Answer.Task.IsCompleted)
        {
            End(new ChildEnd(FailureKind.Unavailable, "It was cancelled and did not stop.", IsCancelled: true));
        }
    }

    // Reading the count is too slow for items that take a millisecond.
    private void CountKills()
    {
        if (_killsCounted == 0 || Stopwatch.GetElapsedTime(_killsCounted) > CountsAge)
        {
            _kills = SystemMemory.OutOfMemoryKills();
            _killsCounted = Stopwatch.GetTimestamp();
        }
    }
}
