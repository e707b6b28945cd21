using System.IO.Compression;
using System.Threading.Channels;
using Cluster.Storage.Locks;

namespace Cluster.Silo.Workers.Child;

/// <summary>
/// The child's side: reads requests until its parent is gone, works on one at a time, and sends heartbeats from a
/// thread that work cannot block.
/// </summary>
/// <param name="bench">Makes what does the work.</param>
internal sealed class EvaluatorChild(Stream requests, Stream replies, BenchMaker bench) : IPredictionJudge, IDisposable
{
    private readonly BlockingStream _requests = new(requests);
    private readonly Lock _writing = new();
    private readonly Lock _state = new();
    private readonly Channel<WorkerRequest> _work = Channel.CreateUnbounded<WorkerRequest>(
        new UnboundedChannelOptions { SingleReader = true });
    private readonly AutoResetEvent _stageChanged = new(initialState: false);
    private readonly List<JournalRecord> _journal = [];
    private readonly TrainingWatch _training = new();
    private JobEntry? _job;
    private long _active;
    private long _cancelled;
    private string? _repeatable;
    private TaskCompletionSource<ScoresRequest>? _scores;
    private StageClock _clock = new();
    private CancellationTokenSource? _cancel;

    /// <summary>Works until the parent's pipe ends, then ends this process and its group at once.</summary>
    public async Task RunAsync()
    {
        var begin = await MessageStream.ReadAsync<WorkerRequest>(_requests, CancellationToken.None) as BeginRequest
            ?? throw new ProtocolException("The first message is not 'begin'.");
        Send(new HelloReply(MessageStream.Version));
        if (begin.Protocol != MessageStream.Version)
        {
            throw new ProtocolException(
                $"The parent speaks version {begin.Protocol} of the protocol where this program speaks {MessageStream.Version}: "
                + "start both from one installation.");
        }

        StartThread("requests", Listen);
        StartThread("heartbeat", () => Beat(TimeSpan.FromSeconds(begin.HeartbeatSeconds)));
        using var made = bench(begin.Folders, new WorkingMemory(begin.WorkingMemory), SlotDevice.Current());
        made.Judge = this;
        await foreach (var request in _work.Reader.ReadAllAsync())
        {
            switch (request)
            {
                case JournalPage page:
                    Take(page);
                    break;
                case EvaluateRequest evaluate:
                    await AnswerAsync(made, evaluate);
                    break;
                default:
                    throw new ProtocolException($"A {request.GetType().Name} is not expected here.");
            }
        }
    }

    /// <summary>Has the job's client score predictions, and waits for it.</summary>
    public async Task<double[]> ScoreAsync(string file, string set, int samples, MachineLock machine, CancellationToken cancellation)
    {
        var before = _clock.Stage;
        Enter(WorkStage.Scoring);
        var scores = new TaskCompletionSource<ScoresRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        long id;
        string? item;
        CancellationToken stop;
        lock (_state)
        {
            if (_cancel is not { IsCancellationRequested: false } cancel)
            {
                throw new OperationCanceledException("The work was cancelled.");
            }

            (_scores, id, item, stop) = (scores, _active, _repeatable, cancel.Token);
        }

        // Equal predictions of two jobs are two files, each removed once it is scored.
        await using (var archive = await ZipFile.OpenAsync(file, ZipArchiveMode.Update, cancellation))
        {
            archive.Comment = _job!.Id;
        }

        double[] numbers = await machine.AsideAsync<double[]>(
            async () =>
            {
                Send(new ScoreReply(id, file, set, samples, item));
                var given = await scores.Task.WaitAsync(cancellation);
                if (given.PutOff is { } predictions)
                {
                    throw new UnscoredException("The job's client scores its predictions: it is repeated then.", predictions);
                }

                Enter(WorkStage.Waiting);
                return given.Problem is not { } problem ? [.. given.Numbers]
                    : throw (given.IsUnasked ? new JobException(problem) : new UnscoredException(problem));
            },
            stop);
        Enter(before);
        return numbers;
    }

    public void Dispose()
    {
        _requests.Dispose();
        _stageChanged.Dispose();
        _training.Dispose();
    }

    private static void StartThread(string name, Action body) => new Thread(() => body()) { IsBackground = true, Name = name }.Start();

    // A separate thread, blocked in read(2), notices the parent's end even if the thread pool is busy.
    private void Listen()
    {
        try
        {
            while (MessageStream.ReadAsync<WorkerRequest>(_requests, CancellationToken.None).GetAwaiter().GetResult() is { } request)
            {
                switch (request)
                {
                    case CancelRequest cancel:
                        Cancel(cancel.Id);
                        break;
                    case ScoresRequest scores:
                        Take(scores);
                        break;
                    default:
                        _work.Writer.TryWrite(request);
                        break;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or ProtocolException)
        {
            Console.Error.WriteLine($"evaluator: {failure.Message}");
        }

        LinuxProcess.End(Environment.ProcessId);
    }

    private void Beat(TimeSpan interval)
    {
        while (true)
        {
            _stageChanged.WaitOne(interval);
            lock (_state)
            {
                if (_active != 0)
                {
                    Send(new HeartbeatReply(_active, _clock.Stage, _clock.InStage.TotalSeconds, _training.Last));
                }
            }
        }
    }

    private async Task AnswerAsync(Workbench bench, EvaluateRequest request)
    {
        long id = request.Id;
        using var cancel = new CancellationTokenSource();

        // Other items do much before they ask.
        _repeatable = request.Item is AccuracyItem or TestItem ? request.Item.Id : null;
        Activate(id, cancel);

        // From here on this item may be the cause if the process ends.
        Send(new HeartbeatReply(id, WorkStage.Preparing, 0));
        WorkerReply reply;
        try
        {
            JournalRecord[] journal = [.. _journal];
            _journal.Clear();
            var job = JobOf(request.JobId, request.Job);
            reply = new ResultReply(id, await Task.Run(() => bench.ExecuteAsync(job, request.Item, journal, Enter, cancel.Token)));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            reply = new CancelledReply(id);
        }
#pragma warning disable CA1031 // The parent is told of any exception and ends this process.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync(defect.ToString());
            reply = new FaultReply(id, defect.GetType().Name, defect.Message);
        }

        Send(new TimesReply(id, _clock.Read()));
        Activate(0, null);
        Send(reply);
    }

    private JobEntry JobOf(string id, JobEntry? sent)
    {
        _job = sent ?? _job;
        return _job?.Id == id ? _job : throw new ProtocolException($"Work of job {id} came without its job.");
    }

    // Pages of a journal for a request that never came belong to another request, or the journal starts again.
    private void Take(JournalPage page)
    {
        if (page.Records is [{ Number: 0 }, ..])
        {
            _journal.Clear();
        }

        _journal.AddRange(page.Records);
    }

    private void Take(ScoresRequest scores)
    {
        lock (_state)
        {
            if (scores.Id == _active)
            {
                _scores?.TrySetResult(scores);
            }
        }
    }

    private void Activate(long id, CancellationTokenSource? cancel)
    {
        lock (_state)
        {
            (_active, _cancel, _scores, _clock) = (id, cancel, null, new StageClock());
            _training.Begin();
            if (id == _cancelled)
            {
                cancel?.Cancel();
            }
        }
    }

    private void Enter(WorkStage stage)
    {
        if (_clock.Enter(stage))
        {
            _stageChanged.Set();
        }
    }

    private void Cancel(long id)
    {
        lock (_state)
        {
            _cancelled = id;
            if (_active == id)
            {
                // Callbacks run elsewhere, because this thread must keep listening.
                _ = _cancel?.CancelAsync();
                _scores?.TrySetCanceled();
            }
        }
    }

    private void Send(WorkerReply reply)
    {
        byte[] frame = MessageStream.Frame(reply);
        lock (_writing)
        {
            replies.Write(frame);
            replies.Flush();
        }
    }
}

/// <summary>A stream whose asynchronous reads block the calling thread, so that they need no other thread to complete.</summary>
internal sealed class BlockingStream(Stream inner) : ForwardStream
{
    public override bool CanRead => true;

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(inner.Read(buffer.Span));
}
