namespace Cluster.Simulation.Rehearsals;

/// <summary>Messages between silos: each takes a millisecond to three, some are lost, some come twice. Thread-safe.</summary>
internal sealed class RehearsedNetwork(VirtualTime time, long seed, Weather weather)
{
    private readonly Lock _gate = new();
    private readonly SplitMix64 _random = new((ulong)seed);
    private long _messages;

    /// <summary>Messages sent so far.</summary>
    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>Makes a call: its answer, or nothing for ever where a message is lost.</summary>
    public async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        await HopAsync();
        if (Draw(weather.Lost))
        {
            return await Never<T>();
        }

        if (Draw(weather.Doubled))
        {
            _ = AgainAsync(call);
        }

        var answer = await call();
        await HopAsync();
        return Draw(weather.Lost) ? await Never<T>() : answer;
    }

    /// <summary>The answer of who is not there.</summary>
    public static Task<T> Never<T>() => new TaskCompletionSource<T>().Task;

    private async Task AgainAsync<T>(Func<Task<T>> call)
    {
        await HopAsync();
        await Task.WhenAny(call());
    }

    private Task HopAsync()
    {
        Interlocked.Increment(ref _messages);
        lock (_gate)
        {
            return Task.Delay(TimeSpan.FromMilliseconds(1 + _random.Below(3)), time);
        }
    }

    private bool Draw(double share)
    {
        if (share == 0)
        {
            return false;
        }

        lock (_gate)
        {
            return _random.Below(1_000_000) < share * 1_000_000;
        }
    }
}
