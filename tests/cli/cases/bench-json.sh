# Machine-readable results, and comparing with them.
cat >show.py <<'END'
import json, sys
report = json.load(sys.stdin)
assert report["latched_ns"] > 0 and report["machine"]["cores"] >= 1
print(sorted(report), report["tlm"].count("."), report["command"].split()[1:], report.get("sweep"))
for result in report["results"]:
    seconds, spread = result["seconds"], result["spread"]
    assert sorted(seconds)[len(seconds) // 2] == spread["median"] or len(seconds) % 2 == 0
    assert spread["min"] == min(seconds) and spread["max"] == max(seconds)
    assert abs(result["points_per_s"] * spread["median"] / result["points"] - 1) < 1e-6
    assert result["bytes"] > 0 and result["bytes_raw"] > 0 and result["phases_ns"]["wall"] > 0
    print(result["name"], len(seconds), result["points"], result["parts"])
    if "versus" in result:
        versus = result["versus"]
        print(versus["rival"], versus["threads"], len(versus["seconds"]), len(versus["ratios"]))
        for pair in zip(versus["seconds"], seconds, versus["ratios"]):
            assert abs(pair[0] / pair[1] / pair[2] - 1) < 1e-6
    if "limit" in result:
        limit = result["limit"]
        assert abs(limit["floor"] / spread["median"] / limit["share"] - 1) < 1e-6
        print(sorted(limit))
for row in report.get("baseline", {}).get("rows", []):
    if "ratio" in row:
        assert abs(row["new"] / row["old"] / row["ratio"] - 1) < 1e-6
    print(row["name"], sorted(row))
END
show() { /usr/bin/python3 show.py; }
tlm bench --points 20k --runs 3 --json -j1 >old.json
show <old.json
tlm bench --points 20k --runs 3 --versus avro-c --limit --json -j1 --baseline old.json | show
tlm bench --points 10k --runs 1 --json -j1 --baseline old.json | show
tlm bench --points 20k --runs 2 --sweep rotation --quick --json >sweep.json
show <sweep.json
echo '# as text'
tlm bench --points 20k --runs 1 -j1 --baseline old.json | sed -n '/against/,$p' |
    sed -E 's/^ +[0-9].*/    TIMES/'
tlm bench --points 10k --runs 1 -j1 --baseline old.json | sed -n '/against/,$p'
echo '# no baseline'
echo '{"results": 1}' >bad.json
echo '{' >cut.json
for file in none.json bad.json cut.json; do
    tlm bench --points 10k --runs 1 --baseline $file
    echo "exit $?"
done
echo '# CSV'
tlm bench --points 20k --runs 3 --csv | sed -E '2s/,[0-9]+\.[0-9]{9},[0-9]+,1,[0-9]+$/,S,B,1,P/'
