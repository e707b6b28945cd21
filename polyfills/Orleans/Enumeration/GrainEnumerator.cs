using System.Reflection;

namespace Orleans.Runtime;

/// <summary>Asks the grain for batches. Each request interleaves, so an enumeration never blocks its grain.</summary>
internal sealed class GrainEnumerator<T>(GrainReference target, MethodShape shape, object?[] arguments, int maxBatchSize, CancellationTokenSource caller)
    : IAsyncEnumerator<T>, IAbortable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly IReadOnlyDictionary<string, object>? _context = GrainCalls.Context(target.Factory.Calls.Silo);
    private Activation? _activation;
    private IAsyncEnumerator<T>? _source;
    private Task<bool>? _move;
    private List<T> _batch = [];
    private int _index = -1;
    private bool _completed;
    private bool _disposed;

    public T Current => _index >= 0 && _index < _batch.Count
        ? _batch[_index]
        : throw new InvalidOperationException("Cannot get current value of an invalid enumerator.");

    public async ValueTask<bool> MoveNextAsync()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (++_index < _batch.Count)
        {
            return true;
        }

        if (_completed)
        {
            return false;
        }

        caller.Token.ThrowIfCancellationRequested();
        ThrowIfAborted();
        var request = Send(nameof(MoveNextAsync), FillAsync);
        _batch = (List<T>)(await request.Task.WaitAsync(caller.Token))!;
        _index = 0;
        return _batch.Count > 0;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_activation is { IsEnding: false })
        {
            try
            {
                await Send(nameof(DisposeAsync), CloseAsync).Task;
            }
            catch (EnumerationAbortedException)
            {
                // The activation went away meanwhile, and the enumeration with it.
            }
            catch (SiloUnavailableException)
            {
                // So did the silo.
            }
        }

        _ended.Dispose();
        caller.Dispose();
    }

    /// <summary>On the activation's scheduler.</summary>
    public Task AbortAsync() => CancelAsync();

    private TurnRequest Send(string name, Func<Activation, Task<object?>> body)
    {
        var request = new TurnRequest($"{target}.{shape.Method.Name}.{name}", body)
        {
            AlwaysInterleave = true,
            Context = _context,
            LocalOnly = _activation is not null,
        };
        target.Factory.Calls.Silo.Dispatch(target.GrainId, request);
        return request;
    }

    private async Task<object?> FillAsync(Activation activation)
    {
        Begin(activation);
        var batch = new List<T>();
        try
        {
            while (batch.Count < maxBatchSize && !_completed)
            {
                _move ??= _source!.MoveNextAsync().AsTask();

                // What is there goes now; what is not yet there, or failed, is the next batch's.
                if (batch.Count > 0 && !_move.IsCompletedSuccessfully)
                {
                    break;
                }

                _completed = !await _move;
                _move = null;
                if (!_completed)
                {
                    batch.Add((T)activation.Silo.Copier.Copy(_source!.Current)!);
                }
            }
        }
        catch (OperationCanceledException) when (activation.IsEnding)
        {
            throw Aborted();
        }

        if (_completed)
        {
            await CloseAsync(activation);
        }

        return batch;
    }

    private void Begin(Activation activation)
    {
        if (_activation is not null)
        {
            if (!ReferenceEquals(_activation, activation))
            {
                throw Aborted();
            }

            return;
        }

        _activation = activation;
        var mine = (object?[])arguments.Clone();
        if (shape.CancellationIndex >= 0)
        {
            mine[shape.CancellationIndex] = _ended.Token;
        }

        var source = (IAsyncEnumerable<T>)shape.Method.Invoke(activation.GrainInstance, BindingFlags.DoNotWrapExceptions, binder: null, mine, culture: null)!;
        _source = source.GetAsyncEnumerator(_ended.Token);
        activation.Track(this);
    }

    private async Task<object?> CloseAsync(Activation activation)
    {
        activation.Forget(this);
        await CancelAsync();
        if (_source is { } source)
        {
            _source = null;
            try
            {
                // An iterator may not be disposed of in the middle of a step.
                await (_move ?? Task.FromResult(true));
            }
            catch (Exception failure) when (failure is OperationCanceledException || _disposed)
            {
                // The caller left: how the step ended has no reader.
            }

            await source.DisposeAsync();
        }

        return null;
    }

    private Task CancelAsync()
    {
        _ended.Cancel();
        return Task.CompletedTask;
    }

    private void ThrowIfAborted()
    {
        if (_activation is { IsEnding: true })
        {
            throw Aborted();
        }
    }

    private EnumerationAbortedException Aborted() => new(
        $"Enumeration aborted: the activation of {target.GrainId} that was enumerating is gone. Enumerate again from what was read last.");
}
