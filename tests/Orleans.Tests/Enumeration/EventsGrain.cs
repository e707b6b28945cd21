using System.Runtime.CompilerServices;
using Orleans;

namespace Cluster.OrleansTests;

internal sealed class EventsGrain : Grain, IEventsGrain
{
    public async IAsyncEnumerable<Payload> CountAsync(int from, int count)
    {
        for (var number = from; number < from + count; number++)
        {
            if (number % 3 == 0)
            {
                await Task.Yield();
            }

            // A new object each time: the package copies a whole batch when it leaves, so one object would be the batch's last.
            yield return new Payload { Numbers = [number] };
        }
    }

    public async IAsyncEnumerable<int> FailAfterAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            yield return number;
        }

        await Task.Yield();
        throw new InvalidDataException("the journal ends here");
    }

    public async IAsyncEnumerable<int> EndlessAsync(string gate, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            yield return 1;
            Gate.Open(gate + " waits");
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            Gate.Open(gate + " closed");
        }
    }

    public Task<int> PingAsync() => Task.FromResult(1);

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
