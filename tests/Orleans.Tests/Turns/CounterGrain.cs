using Orleans;

namespace Cluster.OrleansTests;

internal sealed class CounterGrain : Grain, ICounterGrain
{
    private readonly List<int> _items = [];
    private int _value;
    private int _inside;
    private int _overlaps;

    public async Task<int> AddAsync(int amount)
    {
        _overlaps += Interlocked.Increment(ref _inside) > 1 ? 1 : 0;
        var before = _value;
        await Task.Yield();
        _value = before + amount;
        Interlocked.Decrement(ref _inside);
        return _value;
    }

    public async Task AppendAsync(int item)
    {
        await Task.Yield();
        _items.Add(item);
    }

    public ValueTask<CounterState> GetAsync() => new(new CounterState(_value, _overlaps, _items.ToArray()));
}
