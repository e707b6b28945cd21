using Orleans;

namespace Cluster.OrleansTests;

public interface IReminderGrain : IGrainWithStringKey
{
    Task<string> RegisterAsync(string name, TimeSpan dueTime, TimeSpan period);

    Task<bool> UnregisterAsync(string name);

    Task<string[]> NamesAsync();

    Task LeaveAsync();
}
