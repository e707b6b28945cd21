namespace Cluster.OrleansTests;

internal sealed class Steps
{
    private readonly List<string> _log = [];

    public async Task TakeAsync(string key, string name)
    {
        _log.Add(name + " begins");
        Gate.Open($"{key} {name} begun");
        await Gate.PassedAsync($"{key} {name} may end");
        _log.Add(name + " ends");
    }

    public string[] Log() => [.. _log];

    public static async Task<bool> KeepsItsSchedulerAsync()
    {
        var mine = TaskScheduler.Current;
        await Task.Run(() => Task.CompletedTask);
        return mine != TaskScheduler.Default && TaskScheduler.Current == mine;
    }
}
