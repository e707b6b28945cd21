using TorchSharp;

namespace Cluster.Tests;

internal static class TensorLeaks
{
    /// <summary>Work leaves no tensor of this thread behind; what its first turn keeps for later ones does not count.</summary>
    public static void ShouldBeNone(Action work)
    {
        work();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 3; i++)
        {
            work();
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }
}
