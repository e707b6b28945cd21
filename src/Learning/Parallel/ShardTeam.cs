using System.Runtime.ExceptionServices;

namespace Cluster.Learning.Parallel;

/// <summary>
/// Threads that compute the parts of an iteration concurrently. They are kept between iterations, of which there are hundreds per second:
/// on threads of the pool AdaRound takes a quarter longer. Within an operator there is one thread, as two threads on operators of half a
/// millisecond wait for each other most of the time.
/// </summary>
internal sealed class ShardTeam : IDisposable
{
    private readonly SemaphoreSlim[] _begin;
    private readonly CountdownEvent _done = new(1);
    private readonly Thread[] _threads;
    private readonly ExceptionDispatchInfo?[] _failures;
    private Action<int> _body = static _ => { };
    private volatile bool _ended;

    /// <summary>Starts <paramref name="parts"/> - 1 threads; the caller's is the first.</summary>
    public ShardTeam(int parts)
    {
        Parts = parts;
        _failures = new ExceptionDispatchInfo?[parts];
        _begin = [.. Enumerable.Range(1, parts - 1).Select(_ => new SemaphoreSlim(0))];
        _threads = [.. Enumerable.Range(1, parts - 1)
            .Select(part => new Thread(() => Serve(part)) { IsBackground = true, Name = $"reconstruction {part}" })];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    public int Parts { get; }

    /// <summary>
    /// Calls <paramref name="body"/> with each part at the same time; when all have ended, the exception of the first part that failed, in
    /// their order, is rethrown.
    /// </summary>
    public void Run(Action<int> body)
    {
        _body = body;
        _done.Reset(Parts);
        foreach (var begin in _begin)
        {
            begin.Release();
        }

        RunPart(0);
        _done.Wait();
        _body = static _ => { };
        var first = Array.Find(_failures, failure => failure is not null);
        Array.Clear(_failures);
        first?.Throw();
    }

    /// <summary>
    /// Calls <paramref name="body"/> with each number below <paramref name="count"/>; each part runs its numbers in order.
    /// </summary>
    public void ForEach(int count, Action<int> body, CancellationToken cancellation) => Run(part =>
    {
        for (int i = part; i < count; i += Parts)
        {
            cancellation.ThrowIfCancellationRequested();
            body(i);
        }
    });

    public void Dispose()
    {
        _ended = true;
        foreach (var begin in _begin)
        {
            begin.Release();
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        foreach (var begin in _begin)
        {
            begin.Dispose();
        }

        _done.Dispose();
    }

    private void Serve(int part)
    {
        while (true)
        {
            _begin[part - 1].Wait();
            if (_ended)
            {
                return;
            }

            RunPart(part);
        }
    }

#pragma warning disable CA1031 // Rethrown on the caller's thread.
    private void RunPart(int part)
    {
        try
        {
            TorchSettings.ApplyThreads();
            _body(part);
        }
        catch (Exception failure)
        {
            _failures[part] = ExceptionDispatchInfo.Capture(failure);
        }
        finally
        {
            _done.Signal();
        }
    }
#pragma warning restore CA1031
}
