using Cluster.Coordinator.Search.Strategies.Fronts;

namespace Cluster.Coordinator.Tests.Search.Strategies.Fronts;

public sealed class DominatedAreaTests
{
    [Fact]
    public void Area_TwoPointsByHand_IsTheUnionOfTheirRectangles()
    {
        var area = new DominatedArea((10, 10));

        area.Add((2, 6));
        area.Add((5, 1));

        // 8 × 4, and below it from 5 on 5 × 5.
        area.Area.ShouldBe(32 + 25, 1e-12);
    }

    [Fact]
    public void Add_DominatedOrOutsidePoints_AddNothing()
    {
        var area = new DominatedArea((10, 10));
        area.Add((2, 6));

        area.Add((3, 6));
        area.Add((2, 6));
        area.Add((10, 0));
        area.Add((0, 11));

        area.Area.ShouldBe(32, 1e-12);
    }

    [Fact]
    public void ReferenceOf_PointsByHand_IsATenthOfTheExtentBeyondTheFront()
    {
        // (9, 9) is dominated; the front goes from (1, 5) to (3, 1).
        var (time, drop) = DominatedArea.ReferenceOf([(9, 9), (3, 1), (1, 5), (2, 2)]);

        time.ShouldBe(3.2, 1e-12);
        drop.ShouldBe(5.4, 1e-12);
    }

    [Fact]
    public void Gain_RandomPoints_EqualsAddedArea()
    {
        var random = new SplitMix64(7);
        double Unit() => random.Below(16) / 16.0;
        for (var trial = 0; trial < 200; trial++)
        {
            var area = new DominatedArea((0.9, 0.9));
            for (var point = 0; point < 12; point++)
            {
                var next = (Unit(), Unit());
                var (before, gain) = (area.Area, area.Gain(next));
                area.Add(next);

                area.Area.ShouldBe(before + gain, 1e-12);
                area.Gain(next).ShouldBe(0);
            }
        }
    }
}
