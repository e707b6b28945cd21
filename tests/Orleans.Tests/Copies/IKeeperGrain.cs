using Orleans;

namespace Cluster.OrleansTests;

public interface IKeeperGrain : IGrainWithStringKey
{
    Task KeepAsync(Payload payload);

    Task<Payload> GetAsync();

    Task<Point> MoveAsync(Point point);

    Task<Shape> RenameAsync(Shape shape);

    Task<bool> IsSameAsync([Immutable] Frozen frozen, object other);

    Task<object?> EchoAsync(object? value);

    Task<object> BareAsync();

    Task<IKeeperGrain> ReferToAsync(IKeeperGrain other);
}
